return await Tether.Cli.CommandLine.RunAsync(args).ConfigureAwait(false);
