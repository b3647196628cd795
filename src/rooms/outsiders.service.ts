import { Injectable } from '@nestjs/common'
import { OutsidersRepository, type InRoom, type Outside } from './outsiders.repository.js'

export type { InRoom, Outside }

/** For whoever holds rooms open for people who were let in before: who is not to be there any more. */
@Injectable()
export class OutsidersService {
  constructor(private readonly outsiders: OutsidersRepository) {}

  /** Of people of any tenants, each in their place; null for who is a member. */
  find(people: readonly InRoom[]): Promise<(Outside | null)[]> {
    return this.outsiders.find(people)
  }
}
