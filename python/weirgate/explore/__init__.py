"""Analytics over HTTP: questions, exports and saved views, within what the asker may see."""
