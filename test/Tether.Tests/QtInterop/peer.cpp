// The Qt side of QtInteropTests: a client or a server that sends pseudo-random bytes while it receives as many, and prints the SHA-256 of
// both as "sent HEX" and "received HEX". Usage: peer client|server|abstract-client|abstract-server NAME BYTES
#include <QtCore/QCoreApplication>
#include <QtCore/QCryptographicHash>
#include <QtCore/QRandomGenerator>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>
#include <cstdio>

namespace {

constexpr qint64 Piece = 64 * 1024;
constexpr qint64 MostPending = 1024 * 1024;

class Exchange
{
public:
    Exchange(QLocalSocket *socket, qint64 bytes) : m_socket(socket), m_toSend(bytes), m_toReceive(bytes)
    {
        QObject::connect(socket, &QLocalSocket::readyRead, socket, [this] { receive(); });
        QObject::connect(socket, &QLocalSocket::bytesWritten, socket, [this] { send(); });
        QObject::connect(socket, &QLocalSocket::disconnected, socket, [this] { finish(); });
        send();
        receive();
    }

private:
    void send()
    {
        // QLocalSocket takes any amount into its own buffer, so what is pending is bounded here.
        while (m_toSend > 0 && m_socket->bytesToWrite() < MostPending) {
            QByteArray piece(qMin(Piece, m_toSend), Qt::Uninitialized);
            for (char &byte : piece)
                byte = static_cast<char>(m_random.generate());
            m_sent.addData(piece);
            m_toSend -= piece.size();
            m_socket->write(piece);
        }
        endWhenDone();
    }

    void receive()
    {
        const QByteArray all = m_socket->readAll();
        m_received.addData(all);
        m_toReceive -= all.size();
        endWhenDone();
    }

    // The other side closes when it has everything, too.
    void endWhenDone()
    {
        if (m_toSend == 0 && m_toReceive <= 0 && m_socket->bytesToWrite() == 0)
            m_socket->disconnectFromServer();
    }

    void finish()
    {
        if (m_toReceive > 0)
            receive();
        std::printf("sent %s\nreceived %s\n", m_sent.result().toHex().constData(), m_received.result().toHex().constData());
        QCoreApplication::exit(m_toSend == 0 && m_toReceive == 0 ? 0 : 1);
    }

    QLocalSocket *m_socket;
    qint64 m_toSend;
    qint64 m_toReceive;
    QCryptographicHash m_sent{QCryptographicHash::Sha256};
    QCryptographicHash m_received{QCryptographicHash::Sha256};
    QRandomGenerator m_random{20};
};

int fail(const QString &message)
{
    std::fprintf(stderr, "%s\n", qPrintable(message));
    return 2;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.size() != 4)
        return fail("Usage: peer client|server|abstract-client|abstract-server NAME BYTES");

    const bool isAbstract = arguments[1].startsWith("abstract-");
    const QString name = arguments[2];
    const qint64 bytes = arguments[3].toLongLong();
    if (arguments[1].endsWith("client")) {
        QLocalSocket socket;
        if (isAbstract)
            socket.setSocketOptions(QLocalSocket::AbstractNamespaceOption);
        socket.connectToServer(name);
        if (!socket.waitForConnected(10000))
            return fail("Cannot connect to " + name + ": " + socket.errorString());

        Exchange exchange(&socket, bytes);
        return application.exec();
    }

    QLocalServer server;
    if (isAbstract)
        server.setSocketOptions(QLocalServer::AbstractNamespaceOption);
    if (!server.listen(name))
        return fail("Cannot listen on " + name + ": " + server.errorString());

    std::printf("listening %s\n", qPrintable(server.fullServerName()));
    std::fflush(stdout);
    if (!server.waitForNewConnection(30000))
        return fail("Nobody connected to " + name);

    Exchange exchange(server.nextPendingConnection(), bytes);
    return application.exec();
}
