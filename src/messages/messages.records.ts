import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { isBadParameter } from '../infra/database/pg-error.js'
import { inPieces, PersonalData, type Names, type PersonalRecords } from '../users/personal-data.js'
import type { Patch } from './entries.js'
import { Erasures } from './erasures.js'
import { toMessageEditView, toMessageView, type MessageRow } from './messages.dto.js'
import { RecordsRepository, type OwnMessageRow, type OwnReactionRow } from './records.repository.js'
import { scrubberOf, type Scrubber } from './scrub.js'
import { SearchRepository } from './search.repository.js'
import { toSearchQuery } from './search-text.js'

/** Messages of others that are looked at at a time. */
const piece = 500

/** What a person said and how they reacted. Erased, it stays in its place, by changes that every client is told. */
@Injectable()
export class MessagesRecords implements PersonalRecords, OnModuleInit {
  readonly feature = 'messages'
  readonly tables = ['tb_messages', 'tb_reaction']

  constructor(
    private readonly messages: RecordsRepository,
    private readonly search: SearchRepository,
    private readonly erasures: Erasures,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register(this)
  }

  sections(person: PersonKey): Record<string, AsyncIterable<object[]>> {
    const reactions = (after: OwnReactionRow | null, limit: number): Promise<OwnReactionRow[]> =>
      this.messages.reactions(person, after, limit)
    return {
      messages: this.sent(person, ({ edits, ...row }) => ({
        ...toMessageView(row),
        edits: edits.map(toMessageEditView),
      })),
      reactions: inPieces(reactions, (row) => row),
    }
  }

  /** Files, metadata, earlier versions and names go. Reactions stay: they are a count, and an id that leads to nobody. */
  async erase(person: PersonKey, names: Names): Promise<void> {
    const scrubber = scrubberOf(names)
    for await (const rows of this.sent(person, (row) => row)) {
      const erased = rows.map((row) =>
        this.erasures.store(person.tenantId, row, 'erase', (row) => ownPatch(row, scrubber)),
      )
      await Promise.all(erased)
    }
    for (const name of scrubber.certain) await this.eraseFromOthers(person, name, scrubber)
    await this.messages.forgetClientIds(person)
  }

  private sent<T extends object>(person: PersonKey, view: (row: OwnMessageRow) => T): AsyncGenerator<T[]> {
    return inPieces((after: OwnMessageRow | null, limit) => this.messages.sent(person, after, limit), view)
  }

  /** Wherever in the tenant somebody wrote the name, and what the same messages said before. */
  private async eraseFromOthers(person: PersonKey, name: string, scrubber: Scrubber): Promise<void> {
    const query = toSearchQuery(`"${name.replaceAll('"', ' ')}"`)
    let below: string | null = null
    let rows: MessageRow[]
    do {
      const filter = { query, roomIds: null, authorId: null, since: null, until: null, below }
      rows = await this.search.find(person.tenantId, filter, piece).catch(none)
      const scrubbed = rows.map((row) =>
        this.erasures.store(person.tenantId, row, 'scrub', (row) => othersPatch(row, person, scrubber)),
      )
      await Promise.all(scrubbed)
      await this.scrubEdits(person, rows, scrubber)
      below = rows.at(-1)?.message_id ?? null
    } while (rows.length === piece)
  }

  /** After the messages themselves: an edit that comes now keeps what was scrubbed already. */
  private async scrubEdits(person: PersonKey, rows: MessageRow[], scrubber: Scrubber): Promise<void> {
    const ids = rows.map(({ message_id }) => message_id)
    for (const edit of await this.messages.edits(person.tenantId, ids)) {
      const patch = othersPatch(edit, person, scrubber)
      if (patch) await this.messages.rewrite(person.tenantId, { ...edit, ...patch })
    }
  }
}

/** null where there is nothing that must go. */
function ownPatch(row: OwnMessageRow, scrubber: Scrubber): Patch | null {
  const content = row.content && scrubber.own(row.content)
  if (content === row.content && !row.file_url && row.metadata === null && !row.edits.length) return null
  return { file_url: null, metadata: null, ...(content !== row.content && { content }) }
}

function othersPatch(
  { content, mentions }: Pick<MessageRow, 'content' | 'mentions'>,
  { userId }: PersonKey,
  scrubber: Scrubber,
): Patch | null {
  const scrubbed = content && scrubber.others(content, mentions.includes(userId))
  return scrubbed === content ? null : { content: scrubbed }
}

/** A name without a letter or a figure is no word, and is found nowhere. */
function none(error: unknown): MessageRow[] {
  if (isBadParameter(error)) return []
  throw error
}
