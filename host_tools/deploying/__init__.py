"""Brings the application to a board over its cable: only what changed, verified there, switched last."""

from host_tools.deploying.deploy import Deployed, deploy, deploy_over
from host_tools.deploying.found import firmware_hash
from host_tools.deploying.suitable import Options

__all__ = ["Deployed", "Options", "deploy", "deploy_over", "firmware_hash"]
