using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using Tether.Launching;
using Tether.Platform.Windows;

namespace Tether.WineTests;

/// <summary>What <see cref="WindowsStartInfo"/> asks for, as the program and the system see it.</summary>
public sealed class StartParameterTests
{
    [Fact]
    public void Start_StartupInformation_IsWhatTheProgramReads()
    {
        WindowsStartRequest request = WindowsStartRequest.Of(new ProcessSpec("app")
        {
            Windows = new WindowsStartInfo
            {
                ShowState = WindowsShowState.ShowMinimizedNoActivate,
                Title = "título 漢",
                WindowPosition = new(-1, 2),
                WindowSize = new(3, 4),
                ConsoleSize = new(80, 25),
                ConsoleColors = 0x1F,
                StartupFlags = WindowsStartupFlags.ForceOffFeedback,
                CreationFlags = WindowsCreationFlags.DefaultErrorMode,
            },
        });

        string[] seen = Report(request).Split('|');

        Assert.Equal(["título 漢", "9f", "7", "-1", "2", "3", "4", "80", "25", "31"], seen[1..^1]);
    }

    [Fact]
    public void Start_Priority_IsTheProgramsOwn() => Assert.EndsWith("|BelowNormal", Report(WindowsStartRequest.Of(new ProcessSpec("app")
    {
        Windows = new WindowsStartInfo { Priority = System.Diagnostics.ProcessPriorityClass.BelowNormal },
    })));

    [Fact]
    public void Start_NothingAskedFor_NothingIsSet() => Assert.Equal(["0", "0", "0"], Report(new()).Split('|')[2..5]);

    [Fact]
    public void Start_Desktop_IsTheProgramsOwn() =>
        Assert.StartsWith(@"winsta0\default|", Report(new() { Desktop = @"winsta0\default" }), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Start_SecurityDescriptors_AreThoseOfProcessAndThread()
    {
        using WindowsProcess child = WindowsProcess.Start(Specification.Of("sleep") with
        {
            Parameters = new() { ProcessSecurity = "D:P(A;;0x1fffff;;;WD)", ThreadSecurity = "D:P(A;;0x1fffff;;;BA)" },
            Flags = Kernel32.CREATE_SUSPENDED,
        });

        Assert.Contains(";;;WD)", SecurityText.Of(child.Handle, SecurityText.AccessList));
        using SafeFileHandle thread = new(child.Thread, ownsHandle: false);
        Assert.Contains(";;;BA)", SecurityText.Of(thread, SecurityText.AccessList));

        child.Terminate(1);
    }

    [Fact]
    public void Start_SecurityDescriptorThatIsNone_IsRefusedByTheMembersName()
    {
        WindowsStart start = Specification.Of("exit", "0") with { Parameters = new() { ThreadSecurity = "D:(A;;NOTHING;;;WD)" } };

        WindowsParameterException error = Assert.Throws<WindowsParameterException>(() => WindowsProcess.Start(start));

        Assert.Equal("ThreadSecurity", error.Parameter);
        Assert.Contains("D:(A;;NOTHING;;;WD)", error.Message);
    }

    [Fact]
    public void Start_Environment_IsSortedAndExactlyWhatWasGiven()
    {
        Dictionary<string, string> variables = Specification.Environment();
        variables["=C:"] = @"C:\windows";
        variables["zz"] = "last";
        variables["ÄÖ漢"] = "é漢 \ud83d\ude00 = %PATH%";
        variables["_empty"] = "";

        string[] seen = Specification.OutputOf(Specification.Of("environment") with { Environment = variables }).Split('\0');

        string[] names = [.. seen.Where(entry => entry.Length > 0).Select(entry => entry[..entry.IndexOf('=', 1)])];
        Assert.Contains(@"=C:=C:\windows", seen);
        Assert.Contains("ÄÖ漢=é漢 \ud83d\ude00 = %PATH%", seen);
        Assert.Contains("_empty=", seen);
        Assert.Equal(
            variables.Keys.Order(StringComparer.OrdinalIgnoreCase),
            names.Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void Start_BatchFile_GetsItsArgumentsAndNothingElseIsRun()
    {
        using ScratchFiles files = new();
        string batch = files["print it.cmd"];
        File.WriteAllText(batch, "@echo off\r\necho [%1] [%2]\r\n");
        string interpreter = Path.Combine(Environment.SystemDirectory, "cmd.exe");

        string output = Specification.OutputOf(new WindowsStart
        {
            Application = interpreter,
            CommandLine = BatchArguments.Join(interpreter, batch, ["two words", "a&echo hacked"]),
            Flags = Kernel32.CREATE_NO_WINDOW,
        });

        Assert.Contains("[\"two words\"] [\"a&echo hacked\"]", output);
        Assert.DoesNotContain("\nhacked", output);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("ünïcode 漢字")]
    [InlineData("a,b=c&d^e%f!g'h")]
    public void Start_ProgramInADirectoryOfAnyName_RunsThere(string name)
    {
        using ScratchFiles files = new();
        string copy = CopyOfTheProgram(files, name);

        Assert.Equal(Path.GetDirectoryName(copy), Specification.OutputOf(Directory(copy, copy)), ignoreCase: true);
        Assert.Equal(Path.GetDirectoryName(copy), Specification.OutputOf(Directory(@"\\?\" + copy, "app")), ignoreCase: true);
    }

    [Fact]
    public void Find_ProgramByNameInPath_IsStarted()
    {
        using ScratchFiles files = new();
        string copy = CopyOfTheProgram(files, "bin 漢");
        string directory = Path.GetDirectoryName(copy)!;
        WindowsProgramLookup lookup = new($@"C:\nowhere;""{directory}""", ".COM;.EXE;.CMD", File.Exists);

        string? found = lookup.Find("tether-windows-test-program", @"C:\");

        Assert.Equal(copy, found, ignoreCase: true);
        Assert.Equal(directory, Specification.OutputOf(Directory(found!, "tether-windows-test-program")), ignoreCase: true);
    }

    private static WindowsStart Directory(string application, string name) => new()
    {
        Application = application,
        CommandLine = WindowsArguments.Join(name, ["directory"]),
        WorkingDirectory = Path.GetDirectoryName(application.Replace(@"\\?\", "")),
        Flags = Kernel32.CREATE_NO_WINDOW,
    };

    private static string CopyOfTheProgram(ScratchFiles files, string name)
    {
        string copy = Path.Combine(System.IO.Directory.CreateDirectory(files[name]).FullName, Path.GetFileName(Child.Executable));
        File.Copy(Child.Executable, copy);
        return copy;
    }

    private static string Report(WindowsStartRequest request) =>
        Specification.OutputOf(Specification.Of("startup") with { Parameters = request });
}
