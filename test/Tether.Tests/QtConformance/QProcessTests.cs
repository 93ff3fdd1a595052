namespace Tether.Tests.QtConformance;

/// <summary>What users of QProcess rely on before anything is started. The names are those of Qt's own tests.</summary>
[Trait("Conformance", "tst_qprocess")]
public sealed class QProcessTests
{
    [Fact]
    public void GetSetCheck_EveryProperty_KeepsWhatItWasGiven()
    {
        Dictionary<string, string?> environment = new() { ["A"] = "1", ["B"] = null };
        ProcessSpec spec = new("program", "first", "second")
        {
            Name = "name",
            WorkingDirectory = "/directory",
            Environment = environment,
            InheritEnvironment = false,
            Lifetime = ProcessLifetime.TiedToLauncher,
            OutputWindow = 1 << 20,
            WhenFull = WindowFullPolicy.Spill,
            StopGrace = TimeSpan.FromSeconds(3),
        };

        Assert.Equal(("program", "name", "/directory"), (spec.Program, spec.Name, spec.WorkingDirectory));
        Assert.Equal(["first", "second"], spec.Arguments);
        Assert.Same(environment, spec.Environment);
        Assert.Equal((false, ProcessLifetime.TiedToLauncher), (spec.InheritEnvironment, spec.Lifetime));
        Assert.Equal((1 << 20, WindowFullPolicy.Spill, TimeSpan.FromSeconds(3)), (spec.OutputWindow, spec.WhenFull, spec.StopGrace));

        // A spec never changes; "with" makes another one.
        ProcessSpec other = spec with { Name = "other", WorkingDirectory = null };
        Assert.Equal(("name", "/directory"), (spec.Name, spec.WorkingDirectory));
        Assert.Equal(("other", null, "program"), (other.Name, other.WorkingDirectory, other.Program));
    }
}
