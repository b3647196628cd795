/** How the service's nodes are, and at the same time its schema in Swagger. */
import { ApiProperty } from '@nestjs/swagger'
import { ids, time } from './examples.js'

export const states = ['up', 'down', 'none'] as const

export class NodeView {
  @ApiProperty({ format: 'uuid', example: ids.token, description: 'A new one for each start' })
  node_id: string
  @ApiProperty({ example: 'parley-1', description: 'The host’s name and the port' })
  name: string
  @ApiProperty({ example: '0.1.0' })
  version: string
  @ApiProperty({ format: 'date-time', example: time })
  started_at: string
  @ApiProperty({ format: 'date-time', example: time, description: 'When it said this of itself' })
  told_at: string
  @ApiProperty({ example: false, description: 'Is it on its way out?' })
  draining: boolean
  @ApiProperty({ type: 'integer', example: 1200, description: 'Sockets that are connected to it' })
  connections: number
  @ApiProperty({ type: 'integer', example: 310, description: 'Rooms that somebody there listens to' })
  rooms: number
  @ApiProperty({
    type: 'integer',
    example: 85,
    description: 'That it stored in the last quarter of a minute, rounded up',
  })
  messages_per_second: number
  @ApiProperty({
    type: 'integer',
    example: 3,
    description: 'By so much what is to be done comes late, lately: 99 of 100 times less',
  })
  event_loop_lag_ms: number
  @ApiProperty({ type: 'integer', example: 180_000_000, description: 'Resident memory' })
  memory_bytes: number
  @ApiProperty({ enum: ['up', 'down'] })
  database: 'up' | 'down'
  @ApiProperty({ enum: states, description: '`none`: it is the only node' })
  redis: (typeof states)[number]
}

export class NodesView {
  @ApiProperty({ type: [NodeView], description: 'Who answers comes first' })
  items: NodeView[]
}
