/**
 * Loaded (`--import`) before a program that knows nothing of being supervised, such as the sample's worker: it says that the program
 * runs, and ends it when the supervisor is gone.
 */
process.send?.('ready');
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel alone keeps nothing alive.
process.channel?.unref();
