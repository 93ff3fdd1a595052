using Tether.Platform.Windows;

namespace Tether.Tests.Windows;

public sealed class WindowsErrorTests
{
    [Theory]
    [InlineData(0x8007_0005u, WindowsError.AccessDenied)]
    [InlineData(0x8007_0020u, WindowsError.SharingViolation)]
    [InlineData(0x8007_0070u, WindowsError.DiskFull)]
    [InlineData(0x8007_05AAu, WindowsError.NoSystemResources)]
    [InlineData(0x8013_1620u, 0)] // COR_E_IO
    [InlineData(0x0007_0005u, 0)]
    public void Of_ExceptionOfInputAndOutput_IsTheSystemsError(uint result, int expected) =>
        Assert.Equal(expected, WindowsError.Of(new IOException("", unchecked((int)result))));

    [Fact]
    public void Of_OwnFailure_IsItsError() =>
        Assert.Equal(WindowsError.PipeBusy, WindowsError.Of(WindowsError.Failed("Making", "a pipe", WindowsError.PipeBusy)));
}
