// Reads what `node --cpu-prof` writes: a tree of calls, and which of them ran at each sample.

/**
 * The tree of what ran between two times (microseconds of the machine's monotonic clock): nodes are
 * `{ name, file, self, total, children }`, with times in microseconds. What V8 keeps apart, because it was called from
 * another line or compiled anew, is one node here.
 */
export function readProfile(profile, { from, to, root }) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const self = selfTimes(profile, from, to)
  const merge = (ids) => {
    const merged = new Map()
    for (const id of ids) {
      const { callFrame, children = [] } = nodes.get(id)
      const file = fileOf(callFrame.url, root)
      const key = `${callFrame.functionName} ${file}:${callFrame.lineNumber}`
      const one = merged.get(key) ?? { name: nameOf(callFrame), file, self: 0, ids: [] }
      one.self += self.get(id) ?? 0
      one.ids.push(...children)
      merged.set(key, one)
    }
    return [...merged.values()].map(({ ids: below, ...one }) => {
      const children = merge(below)
      return { ...one, children, total: children.reduce((sum, child) => sum + child.total, one.self) }
    })
  }
  const [everything] = merge([profile.nodes[0].id])
  return everything
}

/** A sample stands for the time until the next one. */
function selfTimes({ samples, timeDeltas, startTime }, from, to) {
  const times = new Map()
  let at = startTime
  for (let n = 0; n < samples.length; n++) {
    at += timeDeltas[n]
    const lasted = timeDeltas[n + 1] ?? 0
    if (at >= from && at < to && lasted > 0) times.set(samples[n], (times.get(samples[n]) ?? 0) + lasted)
  }
  return times
}

const nameOf = ({ functionName, lineNumber }) => functionName || `(line ${lineNumber + 1})`

/** As short as one can still find it, and without this machine's paths. */
function fileOf(url, root) {
  if (!url.startsWith('file://')) return url
  const path = url.startsWith(root) ? url.slice(root.length) : url.split('/').slice(-3).join('/')
  return path.replace(/^.*node_modules\//, '')
}

/** Whose code it is. */
export function ownerOf({ name, file }) {
  if (name === '(garbage collector)') return 'garbage collector'
  if (!file) return 'V8 and native code'
  if (file.startsWith('dist/')) return 'Parley'
  if (file.startsWith('node:')) return 'Node.js'
  return file.startsWith('@') ? file.split('/', 2).join('/') : file.split('/', 1)[0]
}

/** Where the time went itself, whoever called: by function, and by owner; the most first. */
export function hottest(tree) {
  const [functions, owners] = [new Map(), new Map()]
  const visit = (node) => {
    add(functions, node.file ? `${node.name}  ${node.file}` : node.name, node.self)
    add(owners, ownerOf(node), node.self)
    node.children.forEach(visit)
  }
  visit(tree)
  return { functions: mostFirst(functions), owners: mostFirst(owners) }
}

const add = (map, key, micros) => map.set(key, (map.get(key) ?? 0) + micros)
const mostFirst = (map) => [...map].filter(([, micros]) => micros > 0).sort((a, b) => b[1] - a[1])
