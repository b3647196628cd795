import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import { PersonalData, type PersonalRecords } from '../users/personal-data.js'
import { daysSet } from './days.js'
import { Recorder } from './recorder.js'
import { UsageRepository } from './usage.repository.js'

/** On which days of this month and the one before somebody was there. Erased, it stays that somebody was, and not who. */
@Injectable()
export class UsageRecords implements PersonalRecords, OnModuleInit {
  readonly feature = 'usage'
  /** Its rows point to nobody by a foreign key. */
  readonly tables = []

  constructor(
    private readonly usage: UsageRepository,
    private readonly recorder: Recorder,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register(this)
  }

  sections(person: PersonKey): Record<string, AsyncIterable<object[]>> {
    return { activity: this.activity(person) }
  }

  erase(person: PersonKey): Promise<void> {
    return this.usage.forget(person)
  }

  private async *activity(person: PersonKey): AsyncGenerator<object[]> {
    await this.recorder.write()
    const months = await this.usage.monthsOf(person)
    yield months.map(({ month, days }) => ({ month, days: daysSet(month, days) }))
  }
}
