// The first sample's story with ffmpeg as the worker: raw frames in, encoded video out, the application killed in mid-stream, and the
// result compared bit for bit with the same command run plainly.
using System.Diagnostics;
using Tether;
using VideoWorker;

string[] arguments =
[
    "-hide_banner", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-video_size", $"{Camera.Width}x{Camera.Height}", "-framerate", "30", "-i", "pipe:0",
    "-codec:v", "mpeg4", "-qscale:v", "8", "-threads", "1", "-flags:v", "+bitexact", "-fflags", "+bitexact", "-f", "nut", "pipe:1",
];
ProcessSpec worker = new("ffmpeg", arguments) { Name = "encoder", WhenFull = WindowFullPolicy.Block };
if (args is ["application", var workingDirectory])
{
    return await Application.RunAsync(workingDirectory, worker);
}

string directory = Directory.CreateTempSubdirectory("tether-sample-").FullName;
Environment.SetEnvironmentVariable("TETHER_HOME", Path.Combine(directory, "home"));
string results = Path.Combine(directory, "results");
Camera.Create(Path.Combine(directory, "camera"));
try
{
    ApplicationRun first = await ApplicationRun.RunAsync(directory, killAfterResults: 5_000_000);
    Console.WriteLine($"The application was killed (-9) after {first.Last("results")} bytes of video; ffmpeg is {TetheredProcess.GetRecord("encoder").State.ToString().ToLowerInvariant()}.");
    ApplicationRun second = await ApplicationRun.RunAsync(directory);
    Console.WriteLine($"The second one went on with the input at byte {second.First("input")} and the output at byte {second.First("output")}; ffmpeg exited with code {second.First("exit")}.");

    byte[] kept = await File.ReadAllBytesAsync(results);
    byte[] plain = await EncodePlainlyAsync();
    bool same = kept.AsSpan().SequenceEqual(plain) && kept.Length > 0 && first.Last("results") < kept.Length;
    Console.WriteLine($"The same command run plainly gives {plain.Length} bytes, kept by Tether it gave {kept.Length}: {(same ? "the same, bit for bit" : "DIFFERENT")}.");
    return same ? 0 : 1;
}
catch (System.ComponentModel.Win32Exception)
{
    Console.Error.WriteLine("This sample needs ffmpeg in PATH (Debian: apt-get install ffmpeg).");
    return 2;
}
finally
{
    await foreach (ProcessRecord record in TetheredProcess.ListAsync())
    {
        await using TetheredProcess process = await TetheredProcess.AttachAsync(record.Name);
        await process.KillAsync();
    }

    Directory.Delete(directory, recursive: true);
}

async Task<byte[]> EncodePlainlyAsync()
{
    using Process ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    using MemoryStream video = new();
    Task reading = ffmpeg.StandardOutput.BaseStream.CopyToAsync(video);
    using (Camera camera = Camera.TryOpen(Path.Combine(directory, "camera"))!)
    {
        byte[] frame = new byte[Camera.FrameSize];
        for (int number = 0; number < Camera.FrameCount; number++)
        {
            camera.Read(number, frame);
            await ffmpeg.StandardInput.BaseStream.WriteAsync(frame);
        }
    }

    ffmpeg.StandardInput.Close();
    await reading;
    await ffmpeg.WaitForExitAsync();
    return video.ToArray();
}
