import { Injectable } from '@nestjs/common'
import { KnownPlaces, type Soon } from '../contract/ports.js'
import { Lately } from './lately.js'

export const knownForMs = 30 * 86_400_000
const most = 100_000

@Injectable()
export class MemoryKnownPlaces extends KnownPlaces {
  private readonly lately = new Lately(knownForMs, most)

  see(place: string): Soon<void> {
    this.lately.see(place)
  }

  has(place: string): Soon<boolean> {
    return this.lately.has(place)
  }
}
