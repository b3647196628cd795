// Made by `npm run docs` from docs/openapi.json and docs/asyncapi.json: not to be changed by hand.

export interface Schemas {
  'chat.CountData': {
    room_id: string
    count: number
  }
  'chat.InRoom': {
    room_id: string
  }
  'chat.TypingData': {
    room_id: string
    user_id: string
    display_name: string | null
    is_typing: boolean
  }
  CallSignalData: {
    /** A private room */
    room_id: string
    kind: 'offer' | 'answer' | 'candidate' | 'hangup'
    data: unknown
    /** Who calls */
    user_id: string
  }
  CallSignalDto: {
    room_id: string
    kind: 'offer' | 'answer' | 'candidate' | 'hangup'
    /** Any JSON, up to 64 KiB */
    data?: unknown
  }
  CreateRoomDto: {
    name?: string | null
    /** group unless said; a livestream is made by its thread */
    type?: 'group' | 'private'
    /** open unless said; a private room is always invite */
    access?: 'open' | 'invite'
    img_url?: string | null
    /** Further members; for a private room exactly one */
    member_ids?: Array<string>
    /** By the backend: the user who becomes the owner */
    created_by?: string
    /** Any JSON, up to 4 KiB */
    metadata?: unknown
  }
  CreateUserDto: {
    /** Unique in the tenant */
    username?: string | null
    display_name?: string | null
    img_url?: string | null
    email?: string | null
    phone?: string | null
    /** Any JSON, up to 4 KiB */
    metadata?: unknown
    /** Your own id of this user. When it is there already, that user is changed and answered (200) */
    external_id?: string | null
    /** user unless said */
    role?: 'admin' | 'moderator' | 'user'
  }
  EditInRoomDto: {
    text_message?: string
    file_url?: string | null
    /** Users of the tenant; replaces those before */
    mentions?: Array<string>
    /** Any JSON, up to 4 KiB */
    metadata?: unknown
    room_id: string
    message_id: string
  }
  ErrorCode:
    | 'malformed_json'
    | 'validation_failed'
    | 'invalid_cursor'
    | 'credentials_disagree'
    | 'unknown_event'
    | 'bad_request'
    | 'credentials_missing'
    | 'client_key_invalid'
    | 'admin_key_invalid'
    | 'login_failed'
    | 'token_invalid'
    | 'token_expired'
    | 'internal_key_invalid'
    | 'token_revoked'
    | 'forbidden'
    | 'backend_required'
    | 'user_required'
    | 'password_wrong'
    | 'user_locked'
    | 'tenant_suspended'
    | 'not_a_member'
    | 'removed'
    | 'blocked'
    | 'not_listening'
    | 'guests_only_read'
    | 'origin_not_allowed'
    | 'quota_exceeded'
    | 'room_archived'
    | 'route_not_found'
    | 'tenant_not_found'
    | 'api_token_not_found'
    | 'user_not_found'
    | 'friend_not_found'
    | 'room_not_found'
    | 'stream_not_found'
    | 'token_key_not_found'
    | 'member_not_found'
    | 'message_not_found'
    | 'external_id_taken'
    | 'stream_taken'
    | 'issuer_taken'
    | 'message_deleted'
    | 'friend_blocked'
    | 'too_many_reactions'
    | 'username_taken'
    | 'user_erased'
    | 'idempotency_key_in_use'
    | 'payload_too_large'
    | 'unsupported_media_type'
    | 'idempotency_key_reused'
    | 'slow_mode'
    | 'rate_limited'
    | 'internal'
    | 'overloaded'
    | 'unavailable'
  ExceptionData: {
    type: string
    title: string
    status: number
    detail: string
    /** Stable: what a program goes by */
    code: Schemas['ErrorCode']
    /** May the very same request succeed later? */
    retryable: boolean
    /** Names the request in the logs */
    request_id: string
    /** When to try again, in milliseconds */
    retry_after_ms?: number
    errors?: Array<Schemas['FieldErrorView']>
    /** The event that could not be done, as it was named */
    event?: string | number
    /** Of that event, if it had one */
    client_message_id?: string
  }
  ExpiryData: {
    expires_at: string
  }
  FieldErrorView: {
    field: string
    message: string
  }
  FriendView: {
    /** The other one */
    user_id: string
    /** blocked: by the caller */
    status: 'pending' | 'accepted' | 'blocked' | 'none'
    /** Who asked, or who blocked */
    requested_by: string | null
    display_name: string | null
    img_url: string | null
    created_at: string | null
  }
  HeadView: {
    room_id: string
    /** The `seq` of the newest message */
    last_seq: number
    /** The `rev` of the newest change */
    last_rev: number
  }
  HeadsData: {
    rooms: Array<Schemas['HeadView']>
  }
  JoinRoomDto: {
    room_id: string
    /** The last `seq` that the client has */
    after_seq?: number
    /** The last `rev` that the client has */
    after_rev?: number
    /** Seed 004’s clients send it; it means nothing */
    text_message?: unknown
  }
  LeaveRoomDto: {
    room_id: string
  }
  MarkReadInRoomDto: {
    /** The `seq` of the last message that was read; beyond the newest one it is that one */
    seq: number
    room_id: string
  }
  MemberPage: {
    items: Array<Schemas['MemberView']>
    /** Send it back as `cursor` for the next page */
    next_cursor: string | null
  }
  MemberUpdatedData: {
    room_id: string
    user_id: string
    room_role: 'owner' | 'moderator' | 'member'
  }
  MemberView: {
    user_id: string
    display_name: string | null
    img_url: string | null
    room_role: 'owner' | 'moderator' | 'member'
    joined_at: string
    /** 0 to whom the member has blocked */
    last_read_seq: number
  }
  MessageIdDto: {
    room_id: string
    message_id: string
  }
  MessagePageView: {
    items: Array<Schemas['MessageView']>
    /** The first `seq` of this page */
    first_seq: number | null
    /** The last `seq` of this page */
    last_seq: number | null
    /** Is there more in the direction that was asked for? */
    has_more: boolean
  }
  MessageUpdatedData: {
    message: Schemas['MessageView']
  }
  MessageView: {
    message_id: string
    room_id: string
    /** 1, 2, 3 … in the room, with no gap: the order in which everyone sees it */
    seq: number
    /** The room’s number of the last change to this message; 0 if there was none */
    rev: number
    type: 'text' | 'system'
    text_message: string | null
    file_url: string | null
    /** The sender’s own id of this send */
    client_message_id: string | null
    reply_to: string | null
    mentions: Array<string>
    metadata: unknown
    /** null for a system message */
    sender: Schemas['SenderView'] | null
    reactions: Array<Schemas['ReactionView']>
    pinned: boolean
    created_at: string
    edited_at: string | null
    deleted_at: string | null
  }
  MyRoomPage: {
    items: Array<Schemas['MyRoomView']>
    /** Send it back as `cursor` for the next page */
    next_cursor: string | null
  }
  MyRoomView: {
    room_id: string
    type: 'group' | 'private' | 'livestream'
    is_group: boolean
    /** `open`: whoever of the tenant has the id may join */
    access: 'open' | 'invite'
    name: string | null
    img_url: string | null
    created_by: string | null
    created_at: string
    archived: boolean
    /** The `seq` of the newest message; 0 in an empty room */
    last_seq: number
    /** The `rev` of the newest change */
    last_rev: number
    /** Where the history that is kept begins */
    first_seq: number
    member_count: number
    /** Slow mode: members send once in so many seconds; 0: as they like */
    slow_mode_s: number
    metadata: unknown
    last_message: Schemas['MessageView'] | null
    /** Messages of others that the caller has not read */
    unread: number
    /** What the caller may do here */
    can: Array<string>
  }
  OfMember: {
    room_id: string
    user_id: string
    display_name: string | null
  }
  ProblemView: {
    type: string
    title: string
    status: number
    detail: string
    /** Stable: what a program goes by */
    code: Schemas['ErrorCode']
    /** May the very same request succeed later? */
    retryable: boolean
    /** Names the request in the logs */
    request_id: string
    /** When to try again, in milliseconds */
    retry_after_ms?: number
    errors?: Array<Schemas['FieldErrorView']>
  }
  ReactionChangeView: {
    room_id: string
    message_id: string
    /** Of the message */
    seq: number
    user_id: string
    emoji: string
    /** How many have reacted so, after this one */
    count: number
    /** The room’s number of this change */
    rev: number
  }
  ReactionDto: {
    room_id: string
    message_id: string
    /** One emoji */
    emoji: string
  }
  ReactionView: {
    emoji: string
    count: number
    /** Is one of them the caller’s? */
    mine?: boolean
  }
  ReadData: {
    room_id: string
    user_id: string
    /** Up to here */
    seq: number
  }
  ReadStateView: {
    room_id: string
    last_seq: number
    last_read_seq: number
    /** Messages of others that the caller has not read */
    unread: number
  }
  RefreshTokenDto: {
    /** A JWT of the same user */
    token: string
  }
  RoomActivityData: {
    room_id: string
    last_seq: number
  }
  RoomData: {
    room: Schemas['RoomView']
  }
  RoomPositionDto: {
    room_id: string
    /** The last `seq` that the client has */
    after_seq?: number
    /** The last `rev` that the client has */
    after_rev?: number
  }
  RoomView: {
    room_id: string
    type: 'group' | 'private' | 'livestream'
    is_group: boolean
    /** `open`: whoever of the tenant has the id may join */
    access: 'open' | 'invite'
    name: string | null
    img_url: string | null
    created_by: string | null
    created_at: string
    archived: boolean
    /** The `seq` of the newest message; 0 in an empty room */
    last_seq: number
    /** The `rev` of the newest change */
    last_rev: number
    /** Where the history that is kept begins */
    first_seq: number
    member_count: number
    /** Slow mode: members send once in so many seconds; 0: as they like */
    slow_mode_s: number
    metadata: unknown
  }
  SendMessageDto: {
    text_message: string
    file_url?: string | null
    /** Your own id of this send. Sent again, by whatever transport, it is the same message, stored once */
    client_message_id?: string | null
    /** A message of the same room */
    reply_to?: string | null
    /** Users of the tenant */
    mentions?: Array<string>
    /** Any JSON, up to 4 KiB */
    metadata?: unknown
  }
  SendToRoomDto: {
    text_message: string
    file_url?: string | null
    /** Your own id of this send. Sent again, by whatever transport, it is the same message, stored once */
    client_message_id?: string | null
    /** A message of the same room */
    reply_to?: string | null
    /** Users of the tenant */
    mentions?: Array<string>
    /** Any JSON, up to 4 KiB */
    metadata?: unknown
    room_id: string
  }
  SenderView: {
    user_id: string
    display_name: string | null
    /** display_name, else username, else external_id, else user_id */
    name: string
    img_url: string | null
  }
  StatusView: {
    user_id: string
    /** From the first socket to some seconds after the last */
    is_online: boolean
    /** null: never seen */
    last_seen: string | null
    /** Offline to all others. Shown to oneself only */
    invisible?: boolean
  }
  StreamEndedData: {
    room_id: string
    message: string
  }
  SyncRoomsDto: {
    rooms: Array<Schemas['RoomPositionDto']>
  }
  SyncedData: {
    room_id: string
    first_seq?: number
    last_seq?: number
    last_rev?: number
    complete?: boolean
    error?: Schemas['ProblemView']
  }
  TombstoneView: {
    room_id: string
    message_id: string
    /** Of the message */
    seq: number
    /** The room’s number of this change */
    rev: number
    deleted_at: string
  }
  TypingDto: {
    room_id: string
    /** It ends by itself 5 s after the last true */
    is_typing: boolean
  }
  UnreadView: {
    total: number
    /** Rooms in which something is unread, the fullest first */
    rooms: Array<Schemas['ReadStateView']>
  }
  UpdateRoomDto: {
    name?: string | null
    img_url?: string | null
    access?: 'open' | 'invite'
    /** Hands the room over to this member; the owner until then becomes a moderator */
    owner_id?: string
    /** Nobody sends to an archived room. Not of a livestream, which is archived by closing its thread */
    archived?: boolean
    /** Not of a private room. Owners, moderators and admins are exempt; 0: whoever may send does as they like */
    slow_mode_s?: number
    /** Any JSON, up to 4 KiB */
    metadata?: unknown
  }
  UpdateUserDto: {
    /** Unique in the tenant */
    username?: string | null
    display_name?: string | null
    img_url?: string | null
    email?: string | null
    phone?: string | null
    /** Any JSON, up to 4 KiB */
    metadata?: unknown
    /** By the backend only */
    external_id?: string | null
    role?: 'admin' | 'moderator' | 'user'
    /** not_active and delete lock; active undoes it */
    status?: 'active' | 'not_active' | 'delete'
  }
  UserView: {
    user_id: string
    /** The tenant’s own id of this user */
    external_id: string | null
    username: string | null
    display_name: string | null
    img_url: string | null
    /** To the user, admins and the backend only */
    email?: string | null
    /** To the user, admins and the backend only */
    phone?: string | null
    role: 'admin' | 'moderator' | 'user'
    status: 'active' | 'not_active' | 'delete'
    metadata: unknown
    created_at: string
  }
}

/** What one asks on the socket. */
export interface SocketAsks {
  /** Hear a room: what was missed, then the acknowledgement, then what happens, with nothing lost between */
  join_room: Schemas['JoinRoomDto']
  /** The same for many rooms at once, after a reconnection */
  sync_rooms: Schemas['SyncRoomsDto']
  /** Hear a room no longer. The membership stays */
  leave_room: Schemas['LeaveRoomDto']
  /** Send a message. Acknowledged when it is on disk, never before */
  send_message: Schemas['SendToRoomDto']
  /** Change a message of one’s own */
  edit_message: Schemas['EditInRoomDto']
  /** Delete a message */
  delete_message: Schemas['MessageIdDto']
  /** Say how far you have read */
  mark_read: Schemas['MarkReadInRoomDto']
  /** Say that you type, or do not any more. Say it again while it lasts */
  typing: Schemas['TypingDto']
  /** Pin a message */
  pin_message: Schemas['MessageIdDto']
  /** Take the pin away */
  unpin_message: Schemas['MessageIdDto']
  /** React to a message */
  add_reaction: Schemas['ReactionDto']
  /** Take the reaction back */
  remove_reaction: Schemas['ReactionDto']
  /** Call the other one of a private room, answer, or hang up */
  call_signal: Schemas['CallSignalDto']
  /** Go on under a new token */
  refresh_token: Schemas['RefreshTokenDto']
}

/** What is answered, when it was done. */
export interface SocketAnswers {
  join_room: {
    ok: true
    /** All messages up to here were told */
    last_seq: number
    /** All changes up to here were told */
    last_rev: number
    /** false: page the rest by REST, after the last that was told */
    complete: boolean
    room: Schemas['MyRoomView']
  }
  sync_rooms: {
    ok: true
    rooms: Array<Schemas['SyncedData']>
  }
  leave_room: {
    ok: true
    room_id: string
  }
  send_message: {
    ok: true
    message: Schemas['MessageView']
    /** Had this `client_message_id` been sent before? */
    duplicate: boolean
  }
  edit_message: {
    ok: true
    message: Schemas['MessageView']
  }
  delete_message: {
    ok: true
    message: Schemas['MessageView']
  }
  mark_read: {
    ok: true
    room_id: string
    last_seq: number
    last_read_seq: number
    /** Messages of others that the caller has not read */
    unread: number
  }
  typing: {
    ok: true
  }
  pin_message: {
    ok: true
    message: Schemas['MessageView']
  }
  unpin_message: {
    ok: true
    message: Schemas['MessageView']
  }
  add_reaction: {
    ok: true
    message: Schemas['MessageView']
  }
  remove_reaction: {
    ok: true
    message: Schemas['MessageView']
  }
  call_signal: {
    ok: true
  }
  refresh_token: {
    ok: true
    /** null: never */
    expires_at: string | null
  }
}

/** What one hears. */
export interface SocketTells {
  /** A message, missed or new, in the order of `seq` */
  new_message: Schemas['MessageView']
  /** A message is otherwise now: edited, or pinned */
  message_updated: Schemas['MessageUpdatedData']
  /** A message was deleted; its `seq` stays */
  message_deleted: Schemas['TombstoneView']
  /** Somebody reacted to a message */
  reaction_added: Schemas['ReactionChangeView']
  /** Somebody took a reaction back */
  reaction_removed: Schemas['ReactionChangeView']
  /** Somebody has read up to here */
  read: Schemas['ReadData']
  /** Somebody types, or does not any more */
  typing: Schemas['chat.TypingData']
  /** Somebody you know came or went */
  presence: Schemas['StatusView']
  /** How you stand to somebody has changed */
  friendship: Schemas['FriendView']
  /** A member has another role in the room */
  member_updated: Schemas['MemberUpdatedData']
  /** Somebody is a member now */
  member_joined: Schemas['OfMember']
  /** Somebody is no member any more */
  member_left: Schemas['OfMember']
  /** The room’s name, picture, owner … is otherwise now */
  room_updated: Schemas['RoomData']
  /** The room is no more */
  room_deleted: Schemas['chat.InRoom']
  /** You are a member of this room now */
  room_added: Schemas['RoomData']
  /** You are no member of this room any more */
  room_removed: Schemas['chat.InRoom']
  /** There is something new in a room that you do not hear */
  room_activity: Schemas['RoomActivityData']
  /** The other one of a private room calls, answers or hangs up */
  call_signal: Schemas['CallSignalData']
  /** How many people watch the livestream */
  viewer_count: Schemas['chat.CountData']
  /** You read too slowly: so many messages were left out */
  messages_skipped: Schemas['chat.CountData']
  /** The livestream has ended */
  stream_ended: Schemas['StreamEndedData']
  /** Where rooms stand, so that a lost last message is noticed too */
  heads: Schemas['HeadsData']
  /** Send `refresh_token` before this */
  token_expiring: Schemas['ExpiryData']
  /** What you sent without an acknowledgement could not be done */
  exception: Schemas['ExceptionData']
}
