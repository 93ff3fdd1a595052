namespace Tether.EndToEnd.Tests.Keep;

/// <summary>What a keeper sends last comes before the end of the connection, also right behind other frames.</summary>
public sealed class LastFrameTests
{
    [Fact]
    public async Task Exited_ProgramEndsByItself_IsTheLastFrame()
    {
        await using TestHome home = new();
        // Whether the streams or the program end first is not the same each time.
        for (int i = 0; i < 6; i++)
        {
            await using TetheredProcess process = await home.StartAsync("cat");
            using RawClient client = await RawClient.ConnectAsync(home, process.Name);
            await client.BeWelcomedAsync(home.Bound);
            // Both are answered when the program closes its streams, which it does by ending.
            await client.SendFrameAsync(RawClient.WaitOutput, [1, 0, 0, 0, 0, 0, 0, 0, 0], home.Bound);
            await client.SendFrameAsync(RawClient.WaitOutput, [2, 0, 0, 0, 0, 0, 0, 0, 0], home.Bound);
            await client.SendFrameAsync(RawClient.CloseInput, "", home.Bound);
            List<byte> types = [];
            while (await client.ReceiveAsync(home.Bound) is { } frame)
            {
                types.Add(frame.Type);
            }

            Assert.Equal([RawClient.InputClosed, RawClient.Output, RawClient.Output, RawClient.Exited], types);
        }
    }

    [Fact]
    public async Task Exited_BehindMoreThanTheConnectionHolds_IsTheLastFrame()
    {
        const int Requests = 400;
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using RawClient client = await RawClient.ConnectAsync(home, process.Name);
        await client.BeWelcomedAsync(home.Bound);
        // A socket of Linux holds fewer than 300 small frames; the others stand in the keeper.
        byte[] request = RawClient.Frame(RawClient.Signal, """{"id":1,"signal":77}"""u8);
        await client.SendAsync((byte[])[.. Enumerable.Repeat(request, Requests).SelectMany(frame => frame), .. RawClient.Frame(RawClient.CloseInput, [])], home.Bound);
        await process.WaitForExitAsync(home.Bound);

        List<byte> types = [];
        while (await client.ReceiveAsync(home.Bound) is { } frame)
        {
            types.Add(frame.Type);
        }

        Assert.Equal([.. Enumerable.Repeat(RawClient.Reply, Requests), RawClient.InputClosed, RawClient.Exited], types);
    }

    [Fact]
    public async Task Error_RightBehindAReply_IsTheLastFrame()
    {
        await using TestHome home = new();
        await using TetheredProcess process = await home.StartAsync("cat");
        using RawClient client = await RawClient.ConnectAsync(home, process.Name);
        await client.BeWelcomedAsync(home.Bound);
        // In one piece, so that the keeper answers both before it waits again.
        byte[] frames = [.. RawClient.Frame(RawClient.Signal, """{"id":1,"signal":77}"""u8), .. RawClient.Frame(RawClient.WaitOutput, [])];
        await client.SendAsync(frames, home.Bound);
        Assert.Equal(RawClient.Reply, (await client.ReceiveAsync(home.Bound))!.Value.Type);
        Assert.Equal("bad-payload", await client.ReceiveErrorAsync(home.Bound));
    }
}
