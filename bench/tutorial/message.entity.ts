import { Column, CreateDateColumn, Entity, Index, ManyToOne, PrimaryGeneratedColumn } from 'typeorm'
import { Room } from './room.entity.js'
import { User } from './user.entity.js'

@Entity()
@Index(['room', 'createdAt'])
export class Message {
  @PrimaryGeneratedColumn('uuid')
  id: string

  @ManyToOne(() => Room)
  room: Room

  @ManyToOne(() => User)
  sender: User

  @Column('text')
  text: string

  @Column()
  clientMessageId: string

  @CreateDateColumn()
  createdAt: Date
}
