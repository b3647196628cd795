"""What python3-socketio says and hears, as one JSON: run by python.test.ts."""

import json
import sys
import threading

import socketio

url, transport, token, room_id, stream_id = sys.argv[1:]
heard = []
all_heard = threading.Event()
wanted = {"new_message", "recent_chat_history", "viewer_count_updated"}
client = socketio.Client(reconnection=False)


def hear(name):
    def remember(*payloads):
        heard.append([name, *payloads])
        if wanted <= {one[0] for one in heard}:
            all_heard.set()

    client.on(name, remember)


for name in [
    "new_message",
    "exception",
    "room_joined_successfully",
    "recent_chat_history",
    "viewer_count_updated",
    "notification_room_joined",
    "message_error",
]:
    hear(name)

refusals = []
refused = threading.Event()
stranger = socketio.Client(reconnection=False)


@stranger.on("connect_error")
def remember_refusal(problem):
    refusals.append(problem)
    refused.set()


stranger.connect(url, auth={"token": "wrong"}, transports=[transport], wait=False)
refused.wait(10)
stranger.disconnect()

client.connect(url, auth={"token": token}, transports=[transport], wait_timeout=10)
acknowledged = {
    "joined": client.call("join_room", {"room_id": room_id}),
    "sent": client.call("send_message", {"room_id": room_id, "text_message": "Hi from Python 🐍"}),
    "refused": client.call("send_message", {"room_id": room_id, "text_message": ""}),
    "unknown": client.call("no_such_event", {}),
}
client.emit("join_notification_room")
client.emit("join_stream_room", {"streamId": stream_id})
acknowledged["spoken"] = client.call("chat_message", {"streamId": stream_id, "message": "Hi, stream"})
client.emit("chat_message", {"streamId": "no such stream", "message": "Hi"})
client.call("leave_stream_room", {"streamId": "no such stream"})
all_heard.wait(10)
transport_used = client.transport()
client.disconnect()
print(json.dumps({"refusals": refusals, "transport": transport_used, "acknowledged": acknowledged, "heard": heard}))
