"""RFC 8554, appendix F, test case 2: keys from seeds, and what is published of the two signatures made with them."""

from __future__ import annotations

SEED = bytes.fromhex("558b8966c48ae9cb898b423c83443aae014a72f1b1ab5cc85cf1d892903b5439")
IDENTIFIER = bytes.fromhex("d08fabd4a2091ff0a8cb4ed834e74534")
PUBLIC = (
    bytes.fromhex("0000000600000003")
    + IDENTIFIER
    + bytes.fromhex("32a58885cd9ba0431235466bff9651c6c92124404d45fa53cf161c28f1ad5a8e")
)
NUMBER = 3
RANDOMIZER = bytes.fromhex("3d46bee8660f8f215d3f96408a7a64cf1c4da02b63a55f62c666ef5707a914ce")
FIRST_CHAIN = bytes.fromhex("0674e8cb7a55f0c48d484f31f3aa4af9719a74f22cf823b94431d01c926e2a76")
LAST_CHAIN = bytes.fromhex("294546454fa5388a23a22e805a5ca35f956598848bda678615fec28afd5da61a")
PATH = bytes.fromhex(
    "b326493313053ced3876db9d237148181b7173bc7d042cefb4dbe94d2e58cd21"
    "a769db4657a103279ba8ef3a629ca84ee836172a9c50e51f45581741cf808315"
    "0b491cb4ecbbabec128e7c81a46e62a67b57640a0a78be1cbf7dd9d419a10cd8"
    "686d16621a80816bfdb5bdc56211d72ca70b81f1117d129529a7570cf79cf52a"
    "7028a48538ecdd3b38d3d5d62d26246595c4fb73a525a5ed2c30524ebb1d8cc8"
    "2e0c19bc4977c6898ff95fd3d310b0bae71696cef93c6a552456bf96e9d075e3"
    "83bb7543c675842bafbfc7cdb88483b3276c29d4f0a341c2d406e40d4653b7e4"
    "d045851acf6a0a0ea9c710b805cced4635ee8c107362f0fc8d80c14d0ac49c51"
    "6703d26d14752f34c1c0d2c4247581c18c2cf4de48e9ce949be7c888e9caebe4"
    "a415e291fd107d21dc1f084b1158208249f28f4f7c7e931ba7b3bd0d824a4570"
)

# The second key signs the message; the first signs the second key's public half.
SECOND_SEED = bytes.fromhex("a1c4696e2608035a886100d05cd99945eb3370731884a8235e2fb3d4d71f2547")
SECOND_IDENTIFIER = bytes.fromhex("215f83b7ccb9acbcd08db97b0d04dc2b")
SECOND_PUBLIC = (
    bytes.fromhex("0000000500000004")
    + SECOND_IDENTIFIER
    + bytes.fromhex("a1cd035833e0e90059603f26e07ad2aad152338e7a5e5984bcd5f7bb4eba40b7")
)
SECOND_NUMBER = 4
SECOND_RANDOMIZER = bytes.fromhex("0eb1ed54a2460d512388cad533138d240534e97b1e82d33bd927d201dfc24ebb")
SECOND_FIRST_CHAIN = bytes.fromhex("11b3649023696f85150b189e50c00e98850ac343a77b3638319c347d7310269d")
SECOND_PATH = bytes.fromhex(
    "4de1f6965bdabc676c5a4dc7c35f97f82cb0e31c68d04f1dad96314ff09e6b3d"
    "e96aeee300d1f68bf1bca9fc58e4032336cd819aaf578744e50d1357a0e42867"
    "04d341aa0a337b19fe4bc43c2e79964d4f351089f2e0e41c7c43ae0d49e7f404"
    "b0f75be80ea3af098c9752420a8ac0ea2bbb1f4eeba05238aef0d8ce63f0c6e5"
    "e4041d95398a6f7f3e0ee97cc1591849d4ed236338b147abde9f51ef9fd4e1c1"
)
MESSAGE = (
    b"The enumeration in the Constitution, of certain rights, shall not be construed to deny or disparage others "
    b"retained by the people.\n"
)
