// QProcess and QLocalSocket on the same work. qt PROGRAM WORK [ARG]... prints lines of 'figure value'.
#include <QtCore>
#include <QtNetwork>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static QString program;

static double now()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

static double cpu()
{
    double seconds = 0;
    for (int who : { RUSAGE_SELF, RUSAGE_CHILDREN }) {
        rusage use {};
        getrusage(who, &use);
        seconds += use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
    }
    return seconds;
}

static void start(int rounds, int megabytes, int descriptors)
{
    for (int i = 0; i < descriptors; i++)
        (void)open("/dev/null", O_RDONLY | O_CLOEXEC);
    QByteArray heap(qsizetype(megabytes) << 20, 'x');
    for (int round = 0; round < rounds; round++) {
        QProcess process;
        double begin = now();
        process.start(program, { "-1", "hello" });
        process.waitForStarted();
        double returned = now();
        char byte;
        while (process.bytesAvailable() == 0)
            process.waitForReadyRead();
        process.read(&byte, 1);
        printf("returns %.3f\nfirst %.3f\n", (returned - begin) * 1e6, (now() - begin) * 1e6);
        process.kill();
        process.waitForFinished();
    }
}

static void startDetached(int rounds, int megabytes, int descriptors, const char *fifo)
{
    for (int i = 0; i < descriptors; i++)
        (void)open("/dev/null", O_RDONLY | O_CLOEXEC);
    QByteArray heap(qsizetype(megabytes) << 20, 'x');
    unlink(fifo);
    mkfifo(fifo, 0600);
    int first = open(fifo, O_RDWR | O_CLOEXEC);
    for (int round = 0; round < rounds; round++) {
        double begin = now();
        QProcess::startDetached(program, { "-1", "signal", fifo });
        double returned = now();
        int pid = 0;
        if (read(first, &pid, sizeof pid) != sizeof pid)
            exit(1);
        printf("returns %.3f\nfirst %.3f\n", (returned - begin) * 1e6, (now() - begin) * 1e6);
        kill(pid, SIGKILL);
    }
}

static void output(const QStringList &arguments, qint64 size)
{
    double begin = now(), used = cpu();
    QByteArray buffer(size, 0);
    qint64 total = 0;
    QProcess process;
    process.start(program, arguments);
    while (process.waitForReadyRead(-1))
        for (qint64 got; (got = process.read(buffer.data(), size)) > 0;)
            total += got;
    process.waitForFinished();
    printf("rate %.4f\ncpu %.4f\n", total / (now() - begin) / 1e9, (cpu() - used) / (total / 1e9));
}

static void input(const QString &processor, const QString &bytes)
{
    double begin = now(), used = cpu();
    QByteArray block(65536, 0);
    QProcess process;
    process.start(program, { processor, "sink", bytes });
    for (qint64 left = bytes.toLongLong(); left > 0; left -= block.size()) {
        process.write(block);
        while (process.bytesToWrite() > 0)
            process.waitForBytesWritten(-1);
    }
    process.waitForReadyRead(-1);
    double seconds = now() - begin;
    process.waitForFinished();
    printf("rate %.4f\ncpu %.4f\n", bytes.toDouble() / seconds / 1e9, (cpu() - used) / (bytes.toDouble() / 1e9));
}

// One message to a device and back, blocking or by the event loop.
static void pingpong(QIODevice &device, int rounds, bool loop)
{
    QByteArray message(64, 'x');
    if (!loop) {
        for (int round = -100; round < rounds; round++) {
            double begin = now();
            device.write(message);
            while (device.bytesAvailable() < 64)
                device.waitForReadyRead(-1);
            device.read(message.data(), 64);
            if (round >= 0)
                printf("us %.3f\n", (now() - begin) * 1e6);
        }
        return;
    }
    QEventLoop events;
    int round = -100;
    double begin = now();
    QObject::connect(&device, &QIODevice::readyRead, [&] {
        if (device.bytesAvailable() < 64)
            return;
        device.read(message.data(), 64);
        if (round >= 0)
            printf("us %.3f\n", (now() - begin) * 1e6);
        if (++round >= rounds) {
            events.quit();
            return;
        }
        begin = now();
        device.write(message);
    });
    device.write(message);
    events.exec();
    device.disconnect();
}

static void echo(const QString &processor, int rounds, bool loop)
{
    QProcess process;
    process.start(program, { processor, "echo" });
    process.waitForStarted();
    pingpong(process, rounds, loop);
    process.closeWriteChannel();
    process.waitForFinished();
}

// The other end of the sockets' work, in a process of its own.
static int serve(const QString &name, qint64 total, qint64 message, bool loop)
{
    QLocalServer server;
    if (!server.listen(name))
        return 1;
    printf("ready\n");
    fflush(stdout);
    server.waitForNewConnection(-1);
    QLocalSocket &socket = *server.nextPendingConnection();
    if (message > 0) {
        QByteArray block(message, 'x');
        for (qint64 left = total; left > 0; left -= message) {
            socket.write(block);
            while (socket.bytesToWrite() > 0)
                socket.waitForBytesWritten(-1);
        }
        socket.waitForDisconnected(-1);
    } else if (loop) {
        QEventLoop events;
        QObject::connect(&socket, &QLocalSocket::readyRead, [&] { socket.write(socket.readAll()); });
        QObject::connect(&socket, &QLocalSocket::disconnected, &events, &QEventLoop::quit);
        events.exec();
    } else {
        while (socket.waitForReadyRead(-1)) {
            socket.write(socket.readAll());
            socket.flush();
        }
    }
    return 0;
}

static void sockets(const char *self, const QString &processor, int rounds, qint64 total, qint64 message, bool loop)
{
    QString name = QDir::tempPath() + "/bench-qt-" + QString::number(getpid());
    QProcess other;
    QStringList arguments { self, program, "serve", name, QString::number(total), QString::number(message), loop ? "1" : "0" };
    if (processor != "-1")
        arguments = QStringList { "taskset", "-c", processor } + arguments;
    other.start(arguments.first(), arguments.mid(1));
    other.waitForReadyRead(-1);
    QLocalSocket socket;
    socket.connectToServer(name);
    socket.waitForConnected(-1);
    if (message > 0) {
        QByteArray buffer(message, 0);
        double begin = now();
        for (qint64 left = total; left > 0;) {
            if (socket.bytesAvailable() == 0)
                socket.waitForReadyRead(-1);
            left -= qMax<qint64>(0, socket.read(buffer.data(), message));
        }
        printf("rate %.4f\n", total / (now() - begin) / 1e9);
    } else {
        pingpong(socket, rounds, loop);
    }
    socket.disconnectFromServer();
    other.waitForFinished();
}

int main(int count, char **words)
{
    QCoreApplication application(count, words);
    QStringList a = application.arguments();
    program = a.value(1);
    QString work = a.value(2);
    if (work == "start")
        start(a[3].toInt(), a[4].toInt(), a[5].toInt());
    else if (work == "detached")
        startDetached(a[3].toInt(), a[4].toInt(), a[5].toInt(), words[6]);
    else if (work == "output")
        output({ a[3], a[4], a[5], a[6] }, a[7].toLongLong());
    else if (work == "input")
        input(a[3], a[4]);
    else if (work == "echo")
        echo(a[3], a[4].toInt(), a[5] == "1");
    else if (work == "sockets")
        sockets(words[0], a[3], a[4].toInt(), a[5].toLongLong(), a[6].toLongLong(), a[7] == "1");
    else if (work == "serve")
        return serve(a[3], a[4].toLongLong(), a[5].toLongLong(), a[6] == "1");
    else
        return 2;
    return 0;
}
