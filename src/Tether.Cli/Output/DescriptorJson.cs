namespace Tether.Cli.Output;

/// <summary>A descriptor as <c>doctor --json</c> prints it.</summary>
internal sealed record DescriptorJson(int Number, string Kind, string Target, string KeepsBusy)
{
    internal static DescriptorJson Of(InheritableDescriptor descriptor) =>
        new(descriptor.Number, Words.Of(descriptor.Kind), descriptor.Target, descriptor.KeepsBusy);
}
