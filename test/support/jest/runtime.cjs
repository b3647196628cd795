// The service and its libraries are loaded once in a worker, not once a test file: loading them takes a second, and what
// runs for the second time runs faster. A test file and what stands beside it is loaded anew.
const { default: Runtime } = require('jest-runtime')

const isShared = (path) => /\/node_modules\/|\/src\/|\/test\/support\/(?!frames-setup)/.test(path)

const modules = new Map()
const sourceMaps = new Map()

module.exports = class SharedRuntime extends Runtime {
  constructor(...all) {
    super(...all)
    this.registries.moduleRegistry = modules
    this.transformCache.sourceMaps = sourceMaps
  }

  /** What a shared module asks for later it asks the runtime for that loaded it: that one goes on. */
  leaveTestCode() {}

  teardown() {
    this.restoreAllMocks()
    for (const path of modules.keys()) if (!isShared(path)) modules.delete(path)
    this.registries.internalModuleRegistry.clear()
  }
}
