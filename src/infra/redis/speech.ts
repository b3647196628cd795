import { randomBytes } from 'node:crypto'
import type { Forgotten, GroupKey, GroupKind } from '../../contract/ports.js'
import { inPieces, together } from './many.js'
import { wordsOf, type Change, type Said } from './said.js'
import { Sayings } from './sayings.js'
import type { Answer, Shelf } from './shelf.js'

/** So many people of a group one script takes. */
const atOnce = 200

/** What a speech has to know of its node, and what it brings about. */
interface Surroundings {
  readonly nodeId: string
  /** Finds out now whether Redis was emptied. */
  check(): Promise<void>
  /** Has each node said again what was lost? */
  isWhole(): boolean
  /** May anybody be found to have gone whose time is up? */
  mayEnd(): boolean
  isTold(kind: GroupKind): boolean
  tell(answer: Answer): void
}

/** How a node says in Redis what is so at itself, under a name. One pass at a time. */
export class Speech {
  readonly sayings = new Sayings()
  name = newName()
  isRegistered = false
  /** Why all is to be said again; null if it is not. */
  again: Forgotten | 'refresh' | null = null

  constructor(
    private readonly shelf: Shelf,
    private readonly around: Surroundings,
  ) {}

  async pass(): Promise<void> {
    await this.beKnown()
    if (this.again) await this.sayAgain(this.again)
    const groups = this.sayings.take()
    try {
      await together(groups.map((said) => () => this.sayOf(said)))
    } finally {
      this.sayings.putBack(groups.filter((said) => said.isPending))
    }
    const over = this.sayings.close(groups)
    for (const some of inPieces(over, atOnce)) await this.shelf.strike(this.name, some)
  }

  /** Who lingers in it is told of by this node from now on. */
  async adopt(group: GroupKey): Promise<void> {
    const said = this.sayings.open(group)
    this.sayings.endsIn(said, 0)
    if (!said.isIndexed) await this.index([said])
  }

  /** Whether Redis was emptied is found out before anything follows from what it does not know. */
  private async beKnown(): Promise<void> {
    const isKnown = this.isRegistered && (await this.shelf.isRegistered(this.around.nodeId, this.name))
    if (isKnown) return
    if (!this.isRegistered) return this.register()
    await this.around.check()
    this.again ??= 'emptied'
  }

  private async register(): Promise<void> {
    await this.shelf.register(this.around.nodeId, this.name)
    this.isRegistered = true
  }

  private async sayAgain(why: Forgotten | 'refresh'): Promise<void> {
    const all = this.sayings.all()
    if (why !== 'refresh') {
      this.name = newName()
      for (const said of all) said.isIndexed = false
    }
    await this.register()
    await this.index(all.filter(({ heard }) => heard.size))
    const what = why === 'lapsed' ? 'in' : 'say'
    await together(all.map((said) => () => this.repeat(said, what)))
    if (this.again === why) this.again = null
  }

  private async repeat(said: Said, what: 'in' | 'say'): Promise<void> {
    for (const some of inPieces([...said.heard], atOnce)) {
      const words = some.flatMap((userId) => [what, userId, 0, 0])
      this.take(said, await this.shelf.say(said.key, this.name, false, words))
    }
  }

  private async index(groups: Said[]): Promise<void> {
    for (const some of inPieces(groups, atOnce)) {
      const keys = some.map(({ key }) => key)
      await this.shelf.note(this.name, keys)
      for (const said of some) said.isIndexed = true
    }
  }

  /** While it is not known what others say, nothing is found to follow of which somebody is told. */
  private async sayOf(said: Said): Promise<void> {
    const waits = !this.around.isWhole() && this.around.isTold(said.key.kind)
    for (const some of inPieces(waits ? [] : said.send(), atOnce)) await this.sayChanges(said, some)
    while (said.isDue && this.around.mayEnd()) await this.sayChanges(said, [])
  }

  private async sayChanges(said: Said, changes: Change[]): Promise<void> {
    if (!said.isIndexed) await this.index([said])
    const answer = await this.shelf.say(said.key, this.name, this.around.mayEnd(), changes.flatMap(wordsOf))
    for (const change of changes) said.acknowledge(change)
    this.take(said, answer)
  }

  private take(said: Said, answer: Answer): void {
    this.sayings.endsIn(said, answer.next)
    this.around.tell(answer)
  }
}

const newName = (): string => randomBytes(6).toString('base64url')
