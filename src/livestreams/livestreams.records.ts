import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { inPieces, PersonalData, type PersonalRecords } from '../users/personal-data.js'
import { toStreamView, type Stream } from './livestreams.dto.js'
import { LivestreamsRepository } from './livestreams.repository.js'
import { LivestreamsService } from './livestreams.service.js'

/** A person's streams. Erased, they have none that is live; that there was one is what others said something about. */
@Injectable()
export class LivestreamsRecords implements PersonalRecords, OnModuleInit {
  readonly feature = 'livestreams'
  readonly tables = ['chat_threads']

  constructor(
    private readonly streams: LivestreamsRepository,
    private readonly service: LivestreamsService,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register(this)
  }

  sections(person: PersonKey): Record<string, AsyncIterable<object[]>> {
    return { streams: inPieces(this.reading(person), toStreamView) }
  }

  async erase(person: PersonKey): Promise<void> {
    for await (const streams of inPieces(this.reading(person), (stream) => stream)) {
      for (const { stream_id } of streams.filter(({ active }) => active)) {
        await this.service.close({ kind: 'backend', tenantId: person.tenantId }, stream_id)
      }
    }
  }

  private reading = (person: PersonKey) => (after: Stream | null, limit: number) =>
    this.streams.ofStreamer(person, after?.stream_id ?? null, limit)
}
