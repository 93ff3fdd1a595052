using System.Runtime.Versioning;

namespace Tether;

/// <summary>
/// The creation flags of <c>CreateProcess</c> that a program may have by <see cref="WindowsStartInfo.CreationFlags"/>, by their values in
/// winbase.h. The others decide what Tether guarantees; a flag that is not here is refused there, with the reason.
/// </summary>
[Flags]
[SupportedOSPlatform("windows")]
public enum WindowsCreationFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>INHERIT_PARENT_AFFINITY: where there is more than one group of processors, the keeper's, not the next one.</summary>
    InheritParentAffinity = 0x0001_0000,

    /// <summary>CREATE_PRESERVE_CODE_AUTHZ_LEVEL: no restrictions by a software restriction policy.</summary>
    PreserveCodeAuthorizationLevel = 0x0200_0000,

    /// <summary>CREATE_DEFAULT_ERROR_MODE: the system's error mode, not the one that the keeper has (SetErrorMode).</summary>
    DefaultErrorMode = 0x0400_0000,
}
