using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tether.TestShell;

/// <summary>The commands, as far as the tests use them.</summary>
internal static class Commands
{
    internal delegate int Command(string[] arguments, Files files);

    internal static Command? Find(string name) => name switch
    {
        "true" or ":" => (_, _) => 0,
        "false" => (_, _) => 1,
        "cat" => Cat,
        "sleep" => Sleep,
        "echo" => Echo,
        "printf" => Printf,
        "yes" => Yes,
        "seq" => Sequence,
        "head" => Head,
        "pwd" => PrintDirectory,
        "sort" => Sort,
        "sha256sum" => Hash,
        "touch" => Touch,
        "env" => Environment,
        "tr" => Upper,
        "wc" => Count,
        "[" => Test,
        _ => null,
    };

    private static int Cat(string[] arguments, Files files)
    {
        foreach (string path in arguments)
        {
            using FileStream file = File.OpenRead(path);
            file.CopyTo(files.Output);
        }

        if (arguments.Length == 0)
        {
            byte[] buffer = new byte[64 * 1024];
            while (files.Input.Read(buffer) is > 0 and var read)
            {
                files.Output.Write(buffer, 0, read);
            }
        }

        return 0;
    }

    private static int Sleep(string[] arguments, Files files)
    {
        Thread.Sleep(TimeSpan.FromSeconds(double.Parse(arguments[0], CultureInfo.InvariantCulture)));
        return 0;
    }

    private static int Echo(string[] arguments, Files files)
    {
        files.WriteLine(string.Join(' ', arguments));
        return 0;
    }

    private static int Printf(string[] arguments, Files files)
    {
        files.Write(Format.Of(arguments[0], arguments[1..]));
        return 0;
    }

    private static int Yes(string[] arguments, Files files)
    {
        byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("y\n", 4096)));
        while (true)
        {
            files.Write(block);
        }
    }

    private static int Sequence(string[] arguments, Files files)
    {
        int last = int.Parse(arguments[^1], CultureInfo.InvariantCulture);
        StringBuilder lines = new();
        for (int number = arguments.Length > 1 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1; number <= last; number++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{number}\n");
        }

        files.Write(Encoding.ASCII.GetBytes(lines.ToString()));
        return 0;
    }

    /// <summary>tr a-z A-Z.</summary>
    private static int Upper(string[] arguments, Files files)
    {
        while (files.Input.ReadByte() is >= 0 and var next)
        {
            files.Output.WriteByte((byte)char.ToUpperInvariant((char)next));
        }

        return 0;
    }

    /// <summary>wc -c.</summary>
    private static int Count(string[] arguments, Files files)
    {
        long count = 0;
        byte[] buffer = new byte[64 * 1024];
        while (files.Input.Read(buffer) is > 0 and var read)
        {
            count += read;
        }

        files.WriteLine(count.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>head -n1, or head -c BYTES [/dev/zero].</summary>
    private static int Head(string[] arguments, Files files)
    {
        if (arguments is ["-n1"])
        {
            files.WriteLine(files.ReadLine() ?? "");
            return 0;
        }

        if (arguments is not ["-c", _] and not ["-c", _, "/dev/zero"])
        {
            throw new NotSupportedException("head has -c BYTES [/dev/zero] only.");
        }

        byte[] buffer = new byte[64 * 1024];
        for (long left = long.Parse(arguments[1], CultureInfo.InvariantCulture); left > 0;)
        {
            int count = (int)Math.Min(left, buffer.Length);
            count = arguments.Length == 3 ? count : files.Input.Read(buffer, 0, count);
            if (count == 0)
            {
                break;
            }

            files.Output.Write(buffer, 0, count);
            left -= count;
        }

        return 0;
    }

    private static int PrintDirectory(string[] arguments, Files files)
    {
        files.WriteLine(Directory.GetCurrentDirectory());
        return 0;
    }

    private static int Sort(string[] arguments, Files files)
    {
        List<string> lines = [];
        while (files.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        lines.Sort(StringComparer.Ordinal);
        if (arguments.Contains("-r"))
        {
            lines.Reverse();
        }

        files.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        return 0;
    }

    private static int Hash(string[] arguments, Files files)
    {
        files.WriteLine(Convert.ToHexStringLower(SHA256.HashData(files.Input)) + "  -");
        return 0;
    }

    private static int Touch(string[] arguments, Files files)
    {
        foreach (string path in arguments)
        {
            File.Open(path, FileMode.OpenOrCreate).Dispose();
        }

        return 0;
    }

    private static int Environment(string[] arguments, Files files)
    {
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            files.WriteLine($"{variable.Key}={variable.Value}");
        }

        return 0;
    }

    private static int Test(string[] arguments, Files files) => arguments switch
    {
        [var left, "=", var right, "]"] => left == right ? 0 : 1,
        ["-f", var path, "]"] => File.Exists(path) ? 0 : 1,
        [var left, "-lt", var right, "]"] => Number(left) < Number(right) ? 0 : 1,
        _ => throw new NotSupportedException($"[ {string.Join(' ', arguments)}"),
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
