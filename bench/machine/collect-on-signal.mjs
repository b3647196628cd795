// Goes into a measured service with --import: it collects its garbage when it is told to.
process.on('SIGUSR2', () => globalThis.gc())
