using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tether.Launching;
using Tether.Platform.Windows;

namespace Tether;

/// <summary>
/// What a Windows program can be given beyond the ordinary: the fields of <c>CreateProcess</c> that can be changed without giving up what
/// Tether guarantees. The environment and the working directory are <see cref="ProcessSpec.Environment"/> and <see
/// cref="ProcessSpec.WorkingDirectory"/>; the standard streams are <see cref="ProcessSpec.StandardInput"/> and its sisters.
/// </summary>
/// <remarks>
/// <para>Not here, because every program has it: no handle but its standard streams and <see cref="InheritedHandles"/>, a console that is
/// its keeper's and has no window, a job object of its keeper's, and neither the process nor the thread handle is inheritable.</para>
/// <para>A value that would break this, or that Windows would only answer with "error 87", is an <see cref="ArgumentException"/> here,
/// whose text has the reason and the way out. What only the system can refuse, it refuses at the start: a
/// <see cref="ProcessStartException"/> with <see cref="StartFailure.ParameterRefused"/>, whose
/// <see cref="ProcessStartException.Parameter"/> is the name of the member here where that is known.</para>
/// <para>Names and meanings follow <c>CreateProcessW</c> and <c>STARTUPINFOW</c>, and QProcess::CreateProcessArguments, which has
/// them.</para>
/// </remarks>
[SupportedOSPlatform("windows")]
public sealed partial record WindowsStartInfo
{
    private string? _applicationName;
    private string? _nativeCommandLine;
    private string? _processSecurity;
    private string? _threadSecurity;
    private WindowsCreationFlags _creationFlags;
    private ProcessPriorityClass? _priority;
    private IReadOnlyDictionary<string, SafeHandle> _inheritedHandles = new Dictionary<string, SafeHandle>();

    /// <summary>
    /// The file to execute, by its full path: <see cref="ProcessSpec.Program"/> is then only the first word of the command line, and is not
    /// looked for. Null, the default, executes the file that <see cref="ProcessSpec.Program"/> stands for.
    /// </summary>
    /// <exception cref="ArgumentException">It is no full path, has a NUL character, or is a batch file.</exception>
    public string? ApplicationName
    {
        get => _applicationName;
        init
        {
            if (value is not null)
            {
                RequireText(value, nameof(ApplicationName));
                if (!WindowsProgramLookup.IsRooted(value))
                {
                    throw new ArgumentException(
                        $"ApplicationName is '{value}', which is no full path: the keeper would look for it in a directory of its own. "
                        + @"Give it with its drive (C:\…), or leave it out and name the program in ProcessSpec.Program.",
                        nameof(value));
                }

                if (BatchArguments.IsBatch(value))
                {
                    throw new ArgumentException(
                        $"ApplicationName is the batch file '{value}': CreateProcess would hand the command line to cmd.exe, which reads "
                        + "commands in it. Name it in ProcessSpec.Program, and what cannot be passed to it is refused.",
                        nameof(value));
                }
            }

            _applicationName = value;
        }
    }

    /// <summary>
    /// The whole command line, the program's own name first, exactly as the program is to read it; for a program that does not split it
    /// by the rules of the Microsoft C runtime. <see cref="ProcessSpec.Arguments"/> must be empty then. Null, the default, makes it of <see
    /// cref="ProcessSpec.Program"/> and the arguments, quoted by these rules. A batch file cannot have one.
    /// </summary>
    /// <exception cref="ArgumentException">It is empty, has a NUL character, or more than 32,766 characters.</exception>
    public string? NativeCommandLine
    {
        get => _nativeCommandLine;
        init
        {
            if (value is not null)
            {
                RequireText(value, nameof(NativeCommandLine));
                if (value.Length >= WindowsArguments.Longest)
                {
                    throw new ArgumentException(
                        $"NativeCommandLine has {value.Length} characters, and Windows takes {WindowsArguments.Longest - 1}. "
                        + "Pass less, or by a file.",
                        nameof(value));
                }
            }

            _nativeCommandLine = value;
        }
    }

    /// <summary>
    /// Who may do what with the process, as a security descriptor in SDDL, such as <c>D:P(A;;GA;;;OW)</c>. Null, the default, is what the
    /// keeper's token gives to everything that the user makes. The keeper's own handle is not bound by it. A list that does not let the
    /// user query the process and wait for it (0x101000) is refused at the start: by that clients see whether it runs when the keeper does
    /// not answer.
    /// </summary>
    /// <exception cref="ArgumentException">It is not of the form of SDDL.</exception>
    public string? ProcessSecurity
    {
        get => _processSecurity;
        init => _processSecurity = value is null ? null : SecurityDescriptorText.Validate(value, nameof(ProcessSecurity));
    }

    /// <summary>Who may do what with the first thread, as <see cref="ProcessSecurity"/> says it for the process. Null by default.</summary>
    /// <exception cref="ArgumentException">It is not of the form of SDDL.</exception>
    public string? ThreadSecurity
    {
        get => _threadSecurity;
        init => _threadSecurity = value is null ? null : SecurityDescriptorText.Validate(value, nameof(ThreadSecurity));
    }

    /// <summary>Creation flags beside those that every program has. None by default.</summary>
    /// <exception cref="ArgumentException">A flag would break a guarantee, or is none.</exception>
    public WindowsCreationFlags CreationFlags
    {
        get => _creationFlags;
        init
        {
            RefusedWindowsFlags.Check((uint)value);
            _creationFlags = value;
        }
    }

    /// <summary>
    /// The priority class. Null, the default, is normal, or the keeper's where that is below. <see cref="ProcessPriorityClass.RealTime"/>
    /// without the privilege for it is <see cref="ProcessPriorityClass.High"/>: Windows does not tell.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public ProcessPriorityClass? Priority
    {
        get => _priority;
        init => _priority = value is null || Enum.IsDefined(value.Value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"There is no priority class {value}: use one member of ProcessPriorityClass.");
    }

    /// <summary>
    /// What else the program gets: the handles of files, pipes, events, sockets and so on that the launcher has open, by the name of the
    /// environment variable in which the program finds the handle's value (decimal). Empty by default, and nothing arrives but what is
    /// listed. The caller's handles need not be inheritable, never become so, and stay the caller's, to be closed any time after the start;
    /// the keeper has let go of its own by then, so that what is behind them is free when the program and the caller have closed theirs.
    /// </summary>
    /// <remarks>
    /// One handle under two names arrives twice. The value is another one than in the launcher. A socket arrives as far as its provider
    /// keeps sockets as handles of the system, as Windows' own providers do.
    /// </remarks>
    /// <exception cref="ArgumentNullException">It, or a handle, is null.</exception>
    /// <exception cref="ArgumentException">A name is not possible or there twice, or there are more than 250.</exception>
    public IReadOnlyDictionary<string, SafeHandle> InheritedHandles
    {
        get => _inheritedHandles;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            CheckHandles(value);
            _inheritedHandles = value;
        }
    }

    /// <summary>
    /// True lets processes that the program starts leave the keeper's job, if they ask for it (CREATE_BREAKAWAY_FROM_JOB). A kill of the
    /// tree does not reach them then. False, the default, refuses it to them ("access denied").
    /// </summary>
    public bool ChildrenMayLeaveJob { get; init; }

    private static void CheckHandles(IReadOnlyDictionary<string, SafeHandle> handles)
    {
        if (handles.Count > ProcessSpec.MaximumInheritedDescriptors)
        {
            throw new ArgumentException(
                $"{handles.Count} handles cannot be passed on at once; {ProcessSpec.MaximumInheritedDescriptors} can.", nameof(handles));
        }

        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, SafeHandle handle) in handles)
        {
            if (name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0)
            {
                throw new ArgumentException(
                    $"'{name.Replace("\0", "\\0")}' cannot be the name of the environment variable for a handle: "
                    + "it is empty, or has a '=' or NUL character.",
                    nameof(handles));
            }

            if (!names.Add(name))
            {
                throw new ArgumentException(
                    $"Two handles have the variable '{name}': Windows does not tell names apart by upper and lower case.", nameof(handles));
            }

            if (handle is null)
            {
                throw new ArgumentNullException(nameof(handles), $"The handle for the variable '{name}' is null.");
            }
        }
    }

    private static void RequireText(string value, string member)
    {
        if (value.Length == 0)
        {
            throw new ArgumentException($"{member} is an empty string; use null for the default.", nameof(value));
        }

        RequireNoNul(value, member);
    }

    private static void RequireNoNul(string value, string member)
    {
        if (value.Contains('\0'))
        {
            throw new ArgumentException($"{member} has a NUL character, at which Windows would stop reading. Leave it out.", nameof(value));
        }
    }
}
