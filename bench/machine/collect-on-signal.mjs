// Goes into a measured service with --import: it collects its garbage when it is told to, and says so.
let times = 0

process.on('SIGUSR2', () => {
  globalThis.gc()
  process.stderr.write(`collected ${++times}\n`)
})
