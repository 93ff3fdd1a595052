using System.Diagnostics;
using Tether.EndToEnd.Tests.Start;

namespace Tether.EndToEnd.Tests.FailureModes;

/// <summary>Keeper and program were killed, and strangers have their PIDs: whatever command comes first, no stranger is touched.</summary>
public sealed class ReusedPidTests
{
    /// <summary>
    /// In a PID namespace of its own, where the next PID can be chosen and nobody else takes one. The kernel tells start times in
    /// hundredths of a second: a stranger of the same one could not be told from the program, so another is taken.
    /// </summary>
    private const string Script = """
        set -e
        field() { tr ',{}' '\n\n\n' < "$TETHER_HOME/victim/record.json" | sed -n "s/^\"$1\"://p"; }
        take() {
            while [ -d /proc/$1 ]; do /bin/true; done
            until echo $(($1 - 1)) > /proc/sys/kernel/ns_last_pid; sleep 71700 & [ $! = $1 ] && [ $(cut -d ' ' -f 22 /proc/$1/stat) != $2 ]; do
                kill -KILL $!
                # The shell says "Killed" of it, at whichever moment it waits.
                { wait $! || true; } 2> /dev/null
            done
        }
        tether run -n victim -- sleep 71701 > /dev/null
        program=$(field processId)
        keeper=$(field keeperProcessId)
        kill -KILL $keeper
        kill -KILL $program
        take $program $(field processStartTicks)
        take $keeper $(field keeperStartTicks)
        "$@" > /dev/null 2>&1 < /dev/null || true
        tether ps > /dev/null
        tether kill victim || true
        for pid in $program $keeper; do
            tr '\0' ' ' < /proc/$pid/cmdline
            echo
        done
        """;

    [Theory]
    [Trait("Needs", "root")]
    [InlineData("attach", "victim")]
    [InlineData("stop", "victim")]
    [InlineData("kill", "victim")]
    [InlineData("signal", "victim", "KILL")]
    [InlineData("signal", "victim", "KILL", "--tree")]
    [InlineData("ps")]
    [InlineData("wait", "victim")]
    public async Task Command_PidsOfProgramAndKeeperAreStrangers_TouchesNoneAndTellsOfAnUnknownExit(params string[] command)
    {
        await using TestHome home = new();
        ProcessStartInfo start = new("unshare", ["--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", Script, "sh", "tether", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TETHER_HOME"] = home.Path;
        start.Environment["PATH"] = AppContext.BaseDirectory + ":" + Environment.GetEnvironmentVariable("PATH");
        using Process unshare = Process.Start(start)!;
        try
        {
            Task<string> errors = unshare.StandardError.ReadToEndAsync(home.Bound);
            string output = await unshare.StandardOutput.ReadToEndAsync(home.Bound);
            await unshare.WaitForExitAsync(home.Bound);
            Assert.Equal(("sleep 71700 \nsleep 71700 \n", ""), (output, await errors));
            Assert.Equal(0, unshare.ExitCode);
        }
        finally
        {
            if (!unshare.HasExited)
            {
                unshare.Kill();
            }
        }

        ProcessRecord record = home.Record("victim");
        Assert.Equal(ProcessState.Exited, record.State);
        Assert.False(record.Exit!.IsKnown);
    }
}
