"""The companion app: services without Kivy in one folder each; `ui` and `main` alone draw."""
