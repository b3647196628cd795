import { setTimeout } from 'node:timers/promises'
import type { Node } from '../../cluster/node.js'
import type { TcpProxy } from '../../support/proxy.js'
import { Dice } from '../cluster/dice.js'

export interface Scene {
  node: Node
  /** Before each of the clients. */
  ways: TcpProxy[]
  /** Whether their backends give tokens. */
  backend: { isDown: boolean }
}

type Trouble = (scene: Scene, dice: Dice, longestMs: number) => Promise<void>

const troubles: Record<string, Trouble> = {
  async cut({ ways }, dice) {
    for (let n = dice.below(4); n >= 0; n--) {
      dice.anyOf(ways).cutAll()
      await setTimeout(dice.between(0, 400))
    }
  },

  async away({ ways }, dice, longestMs) {
    const way = dice.anyOf(ways)
    way.goAway()
    await setTimeout(dice.between(0, longestMs))
    way.comeBack()
  },

  async stall({ ways }, dice, longestMs) {
    const way = dice.anyOf(ways)
    way.stall()
    await setTimeout(dice.between(0, longestMs))
    if (dice.next() < 0.5) return way.goOn()
    way.cutAll()
    way.comeBack()
  },

  async delay({ ways }, dice, longestMs) {
    const way = dice.anyOf(ways)
    way.delay(dice.between(50, 800))
    await setTimeout(dice.between(0, longestMs))
    way.cutAll()
    way.delay(0)
  },

  async kill({ node }, dice, longestMs) {
    await node.kill()
    await setTimeout(dice.between(0, longestMs / 4))
    await node.start()
  },

  async 'backend down'({ backend, ways }, dice, longestMs) {
    backend.isDown = true
    for (const way of ways) way.cutAll()
    await setTimeout(dice.between(0, longestMs))
    backend.isDown = false
  },
}

/** Each of them once, and then by chance until the time is over: how often each was made. */
export async function trouble(scene: Scene, lastsMs: number, longestMs: number): Promise<Record<string, number>> {
  const dice = new Dice('trouble')
  const counts: Record<string, number> = {}
  const names = Object.keys(troubles)
  for (
    const endMs = performance.now() + lastsMs;
    performance.now() < endMs || Object.keys(counts).length < names.length;
  ) {
    const missing = names.filter((name) => !counts[name])
    const name = dice.anyOf(missing.length ? missing : names)
    counts[name] = (counts[name] ?? 0) + 1
    await troubles[name]!(scene, dice, longestMs)
    await setTimeout(dice.between(0, longestMs / 2))
  }
  return counts
}
