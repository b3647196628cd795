// One environment for all test files of a worker, so that modules that are loaded once serve them all (runtime.cjs).
const { TestEnvironment } = require('jest-environment-node')

/** What Jest leaves behind for a file: handlers that would report the next one's tests as its own, and a time limit. */
const leftovers = ['EVENT_HANDLERS', 'TEST_TIMEOUT_SYMBOL', '$$jest-matchers-object'].map((name) => Symbol.for(name))

let shared = null

module.exports = class SharedEnvironment extends TestEnvironment {
  constructor(config, context) {
    if (shared) return shared.begin()
    super(config, context)
    shared = this
  }

  begin() {
    for (const name of leftovers) delete this.global[name]
    const { env } = this.global.process
    for (const name of Object.keys(env)) delete env[name]
    Object.assign(env, process.env)
    return this
  }

  async teardown() {
    this.fakeTimers.useRealTimers()
    this.fakeTimersModern.useRealTimers()
  }
}
