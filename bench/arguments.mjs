// What a bench is told on its command line.
import { parseArgs } from 'node:util'

/** `defaults` names the options that take a value. --help prints `usage`; so does anything that cannot be meant. */
export function readArguments(args, usage, defaults) {
  const taking = Object.entries(defaults).map(([name, value]) => [
    name,
    { type: 'string', ...(value !== undefined && { default: value }) },
  ])
  const flag = { type: 'boolean', default: false }
  const { values } = parseArgs({ args, options: { ...Object.fromEntries(taking), 'no-write': flag, help: flag } })
  if (values.help) {
    console.log(usage)
    process.exit(0)
  }
  const refuse = (why) => {
    console.error(`${why}\n${usage}`)
    process.exit(2)
  }
  return {
    given: (name) => values[name] !== undefined,
    write: !values['no-write'],
    positive(name) {
      const number = Number(values[name])
      return number > 0 ? number : refuse(`--${name} must be a number above 0.`)
    },
    /** Those of `all` that are named there; all of them if none is. */
    pick(name, all) {
      if (!values[name]) return all
      return values[name].split(',').map((wanted) => {
        return all.find((one) => one.name === wanted) ?? refuse(`--${name}: there is no "${wanted}".`)
      })
    },
  }
}
