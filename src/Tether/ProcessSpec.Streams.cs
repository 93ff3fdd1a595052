using System.Runtime.InteropServices;

namespace Tether;

/// <content>What the program's descriptors are.</content>
public sealed partial record ProcessSpec
{
    /// <summary>The smallest number of a descriptor in <see cref="InheritedDescriptors"/>.</summary>
    public const int MinimumInheritedDescriptor = 3;

    /// <summary>The largest number of a descriptor in <see cref="InheritedDescriptors"/>.</summary>
    public const int MaximumInheritedDescriptor = 1023;

    /// <summary>
    /// How many descriptors can be passed on: what one message can carry (SCM_RIGHTS of unix(7)), less the three standard streams.
    /// </summary>
    public const int MaximumInheritedDescriptors = 250;

    private ProcessStream _standardInput = ProcessStream.Kept;
    private ProcessStream _standardOutput = ProcessStream.Kept;
    private ProcessStream _standardError = ProcessStream.Kept;
    private IReadOnlyDictionary<int, SafeHandle> _inheritedDescriptors = new Dictionary<int, SafeHandle>();

    /// <summary>
    /// What standard input is read from: <see cref="ProcessStream.Kept"/> by default, else <see cref="ProcessStream.Null"/>,
    /// <see cref="ProcessStream.FromFile"/>, <see cref="ProcessStream.Forward"/> or <see cref="ProcessStream.Descriptor"/>.
    /// </summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public ProcessStream StandardInput
    {
        get => _standardInput;
        init => _standardInput = Require(
            value,
            value is not ({ Kind: ProcessStreamKind.Merged } or { Kind: ProcessStreamKind.File, IsSource: false }),
            "Standard input is read: use FromFile for a file.");
    }

    /// <summary>
    /// What standard output is written to: <see cref="ProcessStream.Kept"/> by default, else <see cref="ProcessStream.Null"/>,
    /// <see cref="ProcessStream.ToFile"/>, <see cref="ProcessStream.Forward"/> or <see cref="ProcessStream.Descriptor"/>.
    /// </summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public ProcessStream StandardOutput
    {
        get => _standardOutput;
        init => _standardOutput = Require(
            value,
            value is not ({ Kind: ProcessStreamKind.Merged } or { Kind: ProcessStreamKind.File, IsSource: true }),
            "Standard output is written: use ToFile for a file. "
            + "To have both outputs in one place, set StandardError to MergeIntoStandardOutput.");
    }

    /// <summary>
    /// What standard error is written to: the same as for <see cref="StandardOutput"/>, or <see
    /// cref="ProcessStream.MergeIntoStandardOutput"/>.
    /// </summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public ProcessStream StandardError
    {
        get => _standardError;
        init => _standardError = Require(
            value, value is not { Kind: ProcessStreamKind.File, IsSource: true }, "Standard error is written: use ToFile for a file.");
    }

    /// <summary>
    /// What else the program gets, by the number that it has there (<see cref="MinimumInheritedDescriptor"/> to
    /// <see cref="MaximumInheritedDescriptor"/>): files, pipes, sockets, devices that the launcher has open. Empty by default, and nothing
    /// arrives but what is listed. The caller's handles stay the caller's, to be closed any time after the start; the keeper has let go of
    /// its own by then, so that what is behind them is free when the program and the caller have closed theirs.
    /// </summary>
    /// <exception cref="ArgumentNullException">It, or a handle, is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of that range.</exception>
    /// <exception cref="ArgumentException">There are more than <see cref="MaximumInheritedDescriptors"/>.</exception>
    public IReadOnlyDictionary<int, SafeHandle> InheritedDescriptors
    {
        get => _inheritedDescriptors;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count > MaximumInheritedDescriptors)
            {
                throw new ArgumentException(
                    $"{value.Count} descriptors cannot be passed on at once; {MaximumInheritedDescriptors} can.", nameof(value));
            }

            foreach ((int number, SafeHandle handle) in value)
            {
                if (number is < MinimumInheritedDescriptor or > MaximumInheritedDescriptor)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(value),
                        number,
                        $"Descriptor {number} cannot be passed on: the program's further descriptors have numbers "
                        + $"{MinimumInheritedDescriptor} to {MaximumInheritedDescriptor}. "
                        + "0, 1 and 2 are set by StandardInput, StandardOutput and StandardError.");
                }

                if (handle is null)
                {
                    throw new ArgumentNullException(nameof(value), $"The handle for descriptor {number} is null.");
                }
            }

            _inheritedDescriptors = value;
        }
    }

    private static ProcessStream Require(ProcessStream value, bool isPossible, string way)
    {
        ArgumentNullException.ThrowIfNull(value);
        return isPossible ? value : throw new ArgumentException($"This stream cannot be {value.Kind} here. {way}", nameof(value));
    }
}
