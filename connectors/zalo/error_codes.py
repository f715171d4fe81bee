"""Zalo's error codes as data. Source: docs/zalo.md, "Error codes"; state of 24 November 2026."""

from __future__ import annotations

from enum import Enum


class Treatment(Enum):
    """What a sender does about a code."""

    PERMANENT = "give up this message"
    RECIPIENT = "give up, remember that this person cannot be reached so"
    ATTACHMENT = "upload again, once"
    TEMPORARY = "again soon"
    NEXT_MINUTE = "again in the next minute, all senders slower"
    MORNING = "again at 07:00"
    NEXT_DAY = "again tomorrow at 07:00"
    TOKEN = "read the token again, else refresh once"
    CONFIGURATION = "stop this kind of sending, alert"
    TEMPLATE = "alert, another channel; where there is none, again until it is mended"
    WINDOW = "another channel"
    QUOTA = "another channel; where there is none, tomorrow at 07:00"


_P, _U, _R, _T = Treatment.PERMANENT, Treatment.RECIPIENT, Treatment.TEMPORARY, Treatment.TOKEN
_C, _W, _DAY = Treatment.CONFIGURATION, Treatment.WINDOW, Treatment.NEXT_DAY
_QUOTA, _TEMPLATE = Treatment.QUOTA, Treatment.TEMPLATE

# openapi.zalo.me. Codes of class "P/W" and the like stand under what the facts' last column does about them.
OA_CODES: dict[int, tuple[Treatment, str]] = {
    -32: (Treatment.NEXT_MINUTE, "rate limit of the app or the account"),
    -100: (Treatment.ATTACHMENT, "attachment or token expired"),
    -200: (_R, "send failed"),
    -201: (_P, "a parameter is invalid"),
    -202: (_C, "signature refused (old code)"),
    -204: (_C, "account deleted"),
    -205: (_C, "account does not exist"),
    -207: (_C, "app is not a third party (old code)"),
    -208: (_C, "app has no secret key (old code)"),
    -209: (_C, "app not activated"),
    -210: (_P, "a parameter exceeds its limit"),
    -211: (_QUOTA, "out of quota"),
    -212: (_C, "app has not registered this interface"),
    -213: (_W, "user does not follow the account"),
    -214: (_R, "article still being processed"),
    -215: (_C, "app invalid (old code)"),
    -216: (_T, "access token invalid"),
    -217: (_U, "user blocked invitations"),
    -218: (_QUOTA, "user reached the receiving quota of the day"),
    -219: (_C, "app removed or disabled"),
    -220: (_T, "access token expired or removed"),
    -221: (_C, "account not verified"),
    -222: (_U, "user cannot be reached (old code)"),
    -223: (_C, "account has not authorised the app for this interface"),
    -224: (_C, "the account's package must be upgraded"),
    -227: (_U, "user banned, deleted or inactive for over 45 days"),
    -230: (_W, "no interaction within 7 days"),
    -232: (_W, "user never interacted or the window expired"),
    -233: (_P, "message type not supported or stopped"),
    -234: (Treatment.MORNING, "not sent at night"),
    -235: (_C, "account of this type may not call this"),
    -237: (_P, "group disabled or expired"),
    -238: (_C, "quota package unusable"),
    -240: (_C, "message interface v2 is shut"),
    -241: (_C, "quota package used up"),
    -242: (_C, "appsecret_proof invalid"),
    -244: (_U, "user restricted this kind of message"),
    -248: (_P, "content breaks the platform's policy"),
    -249: (_TEMPLATE, "template may not go to a Zalo user"),
    -305: (_W, "no reply after 48 hours (old code)"),
    -311: (_W, "reply quota used (old code)"),
    -320: (_C, "a ZBS account is needed"),
    -321: (_QUOTA, "no money in the ZBS account"),
    -403: (_P, "user not in the group"),
    -1340: (_P, "form error"),
    -1341: (_P, "form error"),
}

# business.openapi.zalo.me: template messages by phone.
ZBS_CODES: dict[int, tuple[Treatment, str]] = {
    -32: (Treatment.NEXT_MINUTE, "rate limit of the app or the account"),
    -108: (_P, "phone invalid"),
    -109: (_TEMPLATE, "template id unknown"),
    -110: (_TEMPLATE, "Zalo app of the user too old for the template"),
    -111: (_P, "template has no data"),
    -112: (_P, "template data invalid"),
    -113: (_P, "button data invalid"),
    -114: (_W, "user cannot receive: no or inactive account"),
    -115: (_TEMPLATE, "no balance"),
    -117: (_TEMPLATE, "no permission for the template"),
    -118: (_W, "user cannot receive: no such Zalo account"),
    -119: (_W, "user cannot receive: not eligible"),
    -120: (_C, "account has no permission for this function"),
    -124: (_T, "access token invalid"),
    -125: (_C, "account id not allowed"),
    -126: (_P, "development mode: no money"),
    -127: (_P, "development mode: recipient is no administrator"),
    -131: (_TEMPLATE, "template not approved"),
    -133: (Treatment.MORNING, "not sent at night"),
    -135: (_C, "account has no permission to send"),
    -136: (_C, "ZBS account not linked"),
    -137: (_TEMPLATE, "payment failed"),
    -138: (_C, "app lacks permission"),
    -139: (_W, "user refuses this kind of message"),
    -140: (_W, "user not eligible for this kind of message"),
    -141: (_W, "user refuses messages of this account"),
    -144: (_DAY, "daily quota of the account used"),
    -145: (_TEMPLATE, "template tag not allowed for the account"),
    -146: (_TEMPLATE, "template disabled"),
    -147: (_DAY, "daily quota of the template used"),
    -148: (_P, "journey token invalid"),
    -149: (_P, "journey token invalid"),
    -150: (_P, "journey token invalid"),
    -151: (_P, "encryption or encrypted data invalid"),
    -152: (_P, "encryption or encrypted data invalid"),
    -153: (_P, "encryption or encrypted data invalid"),
    -158: (_P, "upload refused"),
    -159: (_P, "upload refused"),
    -160: (_P, "upload refused"),
    -161: (_C, "sending_mode not allowed"),
    -162: (_C, "sending_mode not allowed"),
    -321: (_TEMPLATE, "no money in the ZBS account"),
    -1091: (_TEMPLATE, "template cannot be edited"),
    -1121: (_P, "template data missing, of wrong format or too long"),
    -1122: (_P, "template data missing, of wrong format or too long"),
    -1123: (_P, "template data missing, of wrong format or too long"),
    -1124: (_P, "template data missing, of wrong format or too long"),
    -1131: (_P, "button data invalid"),
    -1132: (_P, "button data invalid"),
    -1241: (_C, "appsecret_proof invalid"),
    -1351: (_C, "account blocked"),
    -1381: (_C, "account lacks permission"),
    -1441: (_QUOTA, "promotion quota of the month used"),
    -1471: (_QUOTA, "promotion quota of the user used"),
    -1472: (_QUOTA, "promotion quota of the user used"),
}
