using GPT4RoI.Cli;

return await CommandLine.RunAsync(args, Terminal.OfProcess(), CancellationToken.None);
