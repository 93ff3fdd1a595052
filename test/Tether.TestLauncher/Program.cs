using Tether.TestLauncher;

// A launcher that the tests bring into a state first: tether-test-launcher [OPTION]... -- PROGRAM [ARGUMENT]...
return Launch.Run(LaunchOptions.Parse(args));
