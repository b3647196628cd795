import { Whole } from '../contract/fields.js'

export class MarkReadDto {
  @Whole({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    example: 17,
    description: 'The `seq` of the last message that was read; beyond the newest one it is that one',
  })
  seq: number
}
