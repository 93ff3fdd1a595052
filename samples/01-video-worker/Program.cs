// The story that Tether starts from, on one terminal. Without arguments this is the narrator; it starts itself in the other roles.
using VideoWorker;

return args switch
{
    ["worker"] => Worker.Run(),
    ["application", var directory] => await Application.RunAsync(directory, Story.WorkerSpec),
    [] => await Story.TellAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: video-worker   (no arguments: it tells the story)");
    return 2;
}
