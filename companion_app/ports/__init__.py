"""What differs from one system to the next: keystore, permissions, notifications, camera, position."""
