using Tether.Platform.Windows;

namespace Tether.Tests.Windows;

public sealed class WindowsProgramLookupTests
{
    [Theory]
    [InlineData("tool", @"C:\first\tool.exe")]
    [InlineData("TOOL.EXE", @"C:\first\TOOL.EXE")]
    [InlineData("script", @"D:\second\script.cmd")]
    [InlineData("here", null)]
    [InlineData("bare", null)]
    [InlineData(@".\here", @"E:\work\.\here.exe")]
    [InlineData(@"sub\worker.bin", @"E:\work\sub\worker.bin")]
    [InlineData(@"\\?\C:\odd. \x.exe", @"\\?\C:\odd. \x.exe")]
    [InlineData(@"C:\first\tool", @"C:\first\tool.exe")]
    [InlineData(@"\root\top", @"E:\root\top.exe")]
    [InlineData("", null)]
    public void Find_Name_IsFoundByPathAndPathExtNeverInTheCurrentDirectory(string program, string? expected)
    {
        HashSet<string> files = new(StringComparer.OrdinalIgnoreCase)
        {
            @"C:\first\tool.exe", @"D:\second\tool.com", @"D:\second\script.cmd", @"D:\second\bare", @"E:\work\here.exe",
            @"E:\work\.\here.exe", @"E:\work\sub\worker.bin", @"\\?\C:\odd. \x.exe", @"E:\root\top.exe",
        };
        WindowsProgramLookup lookup = new(@"relative;.;;""C:\first"";D:\second\", ".COM;.EXE;.BAT;.CMD", files.Contains);

        Assert.Equal(expected, lookup.Find(program, @"E:\work"), ignoreCase: true);
    }
}
