"""The inside of the Zalo channel: lanes, turns, output. Knows Rasa; `connectors.zalo` does not."""
