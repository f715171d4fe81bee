// Chat page and counter page talk to each other when both are open, in two tabs or as the two halves of /demo.
// Messages: {type: "picture", url, name}: put this picture in the chat; {type: "citizen", user_id}: show this citizen;
// {type: "shown", user_id, name, phone}: the chat shows this citizen.

const channel = new BroadcastChannel("simulator-pages");

export const PICTURE_TYPE = "application/x-simulator-picture";

export function tell(message) {
  channel.postMessage(message);
}

export function hear(listener) {
  channel.addEventListener("message", (event) => listener(event.data));
}
