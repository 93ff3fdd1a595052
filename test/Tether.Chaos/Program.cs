using Tether;
using Tether.Chaos;

// The run, and the roles of the processes that it starts and kills.
return args switch
{
    ["client", var home, var keeper, var name, var seed, var state] => await ClientAsync(new Client(home, keeper, name, ulong.Parse(seed), state)),
    ["launch", var home, var keeper, var name, var seed, var policy] => await Launch.StartAsync(home, keeper, name, seed, Enum.Parse<WindowFullPolicy>(policy)),
    ["adopt", var home, var keeper] => await Launch.AdoptAsync(home, keeper),
    _ => await ChaosRun.RunAsync(ChaosOptions.Parse(args)),
};

static async Task<int> ClientAsync(Client client)
{
    using (client)
    {
        return await client.RunAsync();
    }
}
