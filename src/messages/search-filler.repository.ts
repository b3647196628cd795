import { Injectable } from '@nestjs/common'
import { Database } from '../infra/database/database.js'
import { searchable } from './search-text.js'
import { wordsOf } from './words.sql.js'

interface Wordless {
  tenant_id: string
  message_id: string
  content: string
}

/** Messages that were stored before there was a search. */
@Injectable()
export class SearchFillerRepository {
  constructor(private readonly database: Database) {}

  /** How many of them got their words now, of up to `limit`. Waits for nobody: whoever changes one gives it its words. */
  async fill(limit: number): Promise<number> {
    const database = this.database.ofAll
    const rows = await database.query<Wordless>(wordless, [limit])
    if (!rows.length) return 0
    await database.query(fill, [
      rows.map((row) => row.tenant_id),
      rows.map((row) => row.message_id),
      rows.map((row) => row.content),
      rows.map((row) => searchable(row.content)),
    ])
    return rows.length
  }
}

const wordless = `
  SELECT tenant_id, message_id, content FROM tb_messages WHERE words IS NULL AND content IS NOT NULL
  ORDER BY tenant_id DESC, message_id DESC LIMIT $1`

/** Only if it still says what was read. */
const fill = `
  UPDATE tb_messages m SET words = ${wordsOf('i.tenant_id', 'coalesce(i.searchable, i.content)')}
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS i (tenant_id, message_id, content, searchable)
  WHERE m.tenant_id = i.tenant_id AND m.message_id = i.message_id AND m.seq IN (
    SELECT q.seq FROM tb_messages q
    WHERE q.tenant_id = i.tenant_id AND q.message_id = i.message_id AND q.content = i.content
    FOR NO KEY UPDATE SKIP LOCKED)`
