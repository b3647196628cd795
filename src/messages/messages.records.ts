import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { isBadParameter } from '../infra/database/pg-error.js'
import { inPieces, PersonalData, type Names, type PersonalRecords } from '../users/personal-data.js'
import type { NewChange, Patch } from './entries.js'
import { toMessageEditView, toMessageView, type MessageRow } from './messages.dto.js'
import { RecordsRepository, type OwnMessageRow, type OwnReactionRow } from './records.repository.js'
import { scrubberOf, type Scrubber } from './scrub.js'
import { SearchRepository } from './search.repository.js'
import { toSearchQuery } from './search-text.js'
import { LogWriter } from './writer.js'

const piece = 500

/** What a person said and how they reacted. Erased, it stays in its place, by changes that every client is told. */
@Injectable()
export class MessagesRecords implements PersonalRecords, OnModuleInit {
  readonly feature = 'messages'
  readonly tables = ['tb_messages', 'tb_reaction']

  constructor(
    private readonly messages: RecordsRepository,
    private readonly search: SearchRepository,
    private readonly writer: LogWriter,
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
      reactions: inPieces(piece, reactions, (row) => row),
    }
  }

  /** Files, metadata, earlier versions and names go. Reactions stay: they are a count, and an id that leads to nobody. */
  async erase(person: PersonKey, names: Names): Promise<void> {
    const scrubber = scrubberOf(names)
    for await (const rows of this.sent(person, (row) => row)) {
      await this.change(person, rows, (row) => ownPatch(row, scrubber))
    }
    for (const name of scrubber.certain) await this.eraseFromOthers(person, name, scrubber)
    await this.messages.forgetClientIds(person)
  }

  private sent<T extends object>(person: PersonKey, view: (row: OwnMessageRow) => T): AsyncGenerator<T[]> {
    return inPieces(piece, (after: OwnMessageRow | null, limit) => this.messages.sent(person, after, limit), view)
  }

  /** Wherever in the tenant somebody wrote the name. */
  private async eraseFromOthers(person: PersonKey, name: string, scrubber: Scrubber): Promise<void> {
    const query = toSearchQuery(`"${name.replaceAll('"', ' ')}"`)
    let below: string | null = null
    let rows: MessageRow[]
    do {
      const filter = { query, roomIds: null, authorId: null, since: null, until: null, below }
      rows = await this.search.find(person.tenantId, filter, piece).catch(none)
      await this.change(person, rows, (row) => othersPatch(row, person, scrubber))
      below = rows.at(-1)?.message_id ?? null
    } while (rows.length === piece)
  }

  private async change<Row extends MessageRow>(person: PersonKey, rows: Row[], patchOf: (row: Row) => Patch | null) {
    const changes = rows.flatMap((row) => {
      const patch = row.deleted_at ? null : patchOf(row)
      return patch ? [erasure(person, row, patch)] : []
    })
    await Promise.all(changes.map((change) => this.writer.store(change)))
  }
}

/** null where there is nothing that must go. */
function ownPatch(row: OwnMessageRow, scrubber: Scrubber): Patch | null {
  const content = row.content && scrubber.own(row.content)
  if (content === row.content && !row.file_url && row.metadata === null && !row.edits.length) return null
  return { file_url: null, metadata: null, ...(content !== row.content && { content }) }
}

function othersPatch({ content, mentions }: MessageRow, { userId }: PersonKey, scrubber: Scrubber): Patch | null {
  const scrubbed = content && scrubber.others(content, mentions.includes(userId))
  return scrubbed === content ? null : { content: scrubbed }
}

const erasure = ({ tenantId }: PersonKey, row: MessageRow, patch: Patch): NewChange => ({
  kind: 'change',
  tenantId,
  roomId: row.room_id,
  messageId: row.message_id,
  by: null,
  patch,
  does: 'erase',
})

/** A name without a letter or a figure is no word, and is found nowhere. */
function none(error: unknown): MessageRow[] {
  if (isBadParameter(error)) return []
  throw error
}
