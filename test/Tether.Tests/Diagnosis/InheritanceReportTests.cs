using System.Net;
using System.Net.Sockets;

namespace Tether.Tests.Diagnosis;

[Collection(AloneCollection.Name)]
public sealed class InheritanceReportTests
{
    [Fact]
    public void Inspect_ThisProcess_NamesItAndNoDescriptorOfDotNet()
    {
        using ScratchDirectory scratch = new();
        using FileStream file = File.Create(scratch["own"]);
        InheritanceReport report = InheritanceReport.Inspect();
        Assert.Equal(Environment.ProcessId, report.ProcessId);
        Assert.Empty(report.Problems);
        Assert.DoesNotContain(report.Descriptors, descriptor => descriptor.Target == scratch["own"]);
    }

    [Fact]
    public void Inspect_NoSuchProcess_SaysSo()
    {
        ProcessNotFoundException error = Assert.Throws<ProcessNotFoundException>(() => InheritanceReport.Inspect(int.MaxValue));
        Assert.Equal(int.MaxValue, error.ProcessId);
        Assert.Throws<ArgumentOutOfRangeException>(() => InheritanceReport.Inspect(0));
    }

    [Fact]
    public void OfFile_OpenHere_IsThisProcessWithCloseOnExec()
    {
        using ScratchDirectory scratch = new();
        Assert.Throws<FileNotFoundException>(() => ResourceHolders.OfFile(scratch["own"]));
        using FileStream file = File.Create(scratch["own"]);
        ResourceHolder holder = Assert.Single(ResourceHolders.OfFile(scratch["own"]).Holders);
        Assert.Equal((Environment.ProcessId, ResourceUse.Descriptor, false), (holder.ProcessId, holder.Use, holder.IsInheritable));
        Assert.Equal(file.SafeFileHandle.DangerousGetHandle().ToInt32(), holder.Descriptor);
    }

    [Fact]
    public void OfPort_ListeningHere_IsThisProcess()
    {
        using TcpListener listener = new(IPAddress.IPv6Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        ResourceHolder holder = Assert.Single(ResourceHolders.OfPort(port).Holders);
        Assert.Equal((Environment.ProcessId, $"TCP [::1]:{port}, listening"), (holder.ProcessId, holder.Target));
    }
}
