"""What Zalo tells us: one frozen class per event. Source: docs/zalo.md, "Events".

Whatever names or describes a person stays out of the repr, so that a logged event gives nothing away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Probe:
    """The unsigned `{}` that Zalo posts when the webhook's address is saved; wants 200 and nothing else."""


@dataclass(frozen=True, kw_only=True)
class ZaloEvent:
    """What every event carries.

    Attributes:
        name: Zalo's `event_name`, at most 60 lower-case letters, digits and underscores.
        occurred_at: Aware, UTC; a repeat carries the old value.
        event_key: The same for every repeat of this event and for no other; at most 190 characters.
        user_id: Zalo's id of the citizen, as this account sees them; None where the event has none.
        oa_id: Id of the official account, None where the event does not say.
        app_id: The app that receives.
        user_id_by_app: The same citizen as the app sees them.
    """

    name: str
    occurred_at: datetime
    event_key: str = field(repr=False)
    user_id: str | None = field(repr=False)
    oa_id: str | None = None
    app_id: str | None = None
    user_id_by_app: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class MediaLink:
    """A picture, gif, voice note or video: where to fetch it."""

    url: str = field(repr=False)
    thumbnail: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class FileLink:
    """A document; `size_bytes` and `checksum` (MD5) are what Zalo claims."""

    url: str = field(repr=False)
    name: str = field(repr=False)
    size_bytes: int | None = None
    checksum: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Sticker:
    """A sticker of Zalo's shop."""

    sticker_id: str | None
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Coordinates:
    """A place, WGS 84, degrees."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@dataclass(frozen=True)
class BusinessCard:
    """Somebody's contact; the name stands in the message's text."""

    phone: str | None = field(repr=False)
    url: str | None = field(default=None, repr=False)


# Group A: conversation


@dataclass(frozen=True, kw_only=True)
class UserMessage(ZaloEvent):
    """Anything that a citizen sends into the chat. `text` is the caption where there is an attachment."""

    user_id: str = field(repr=False)
    msg_id: str
    text: str = field(default="", repr=False)
    quote_msg_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class UserSentText(UserMessage):
    """`user_send_text`: typed, or the payload of a tapped button or menu item; nothing tells which."""


@dataclass(frozen=True, kw_only=True)
class UserSentImage(UserMessage):
    """`user_send_image`."""

    attachments: tuple[MediaLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UserSentGif(UserMessage):
    """`user_send_gif`."""

    attachments: tuple[MediaLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UserSentAudio(UserMessage):
    """`user_send_audio`: a voice note, AMR."""

    attachments: tuple[MediaLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UserSentVideo(UserMessage):
    """`user_send_video`."""

    attachments: tuple[MediaLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UserSentLink(UserMessage):
    """`user_send_link`."""

    attachments: tuple[MediaLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UserSentFile(UserMessage):
    """`user_send_file`."""

    attachments: tuple[FileLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UserSentSticker(UserMessage):
    """`user_send_sticker`."""

    attachments: tuple[Sticker, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UserSentLocation(UserMessage):
    """`user_send_location`."""

    attachments: tuple[Coordinates, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UserSentBusinessCard(UserMessage):
    """`user_send_business_card`."""

    attachments: tuple[BusinessCard, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reacted(ZaloEvent):
    """`user_reacted_message` or `oa_reacted_message`; `msg_id` is the message reacted to."""

    msg_id: str
    icon: str
    is_removed: bool
    by_user: bool


@dataclass(frozen=True, kw_only=True)
class AnonymousMessage(ZaloEvent):
    """`anonymous_send_…` and `oa_send_anonymous_…`: the website widget without a Zalo login; no `user_id`."""

    anonymous_id: str = field(repr=False)
    conversation_id: str | None = field(default=None, repr=False)
    msg_id: str
    text: str = field(default="", repr=False)
    by_user: bool


# Group B: relationship


@dataclass(frozen=True, kw_only=True)
class UserClickedChatNow(ZaloEvent):
    """`user_click_chatnow`: first tap on "Nhắn tin"; the account may write first now."""

    user_id: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class UserFollowed(ZaloEvent):
    """`follow`; `source` is oa_profile, message_invite, social_plugin or absent."""

    user_id: str = field(repr=False)
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class UserUnfollowed(ZaloEvent):
    """`unfollow`."""

    user_id: str = field(repr=False)
    source: str | None = None


@dataclass(frozen=True)
class ContactInfo:
    """What a citizen typed into the contact form, as Zalo writes it; confirmed by nobody."""

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    birth_date: str | None = field(default=None, repr=False)
    gender: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    ward: str | None = field(default=None, repr=False)
    district: str | None = field(default=None, repr=False)
    city: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class UserSubmittedInfo(ZaloEvent):
    """`user_submit_info`: the contact form."""

    user_id: str = field(repr=False)
    info: ContactInfo


@dataclass(frozen=True, kw_only=True)
class UserInfoUpdated(ZaloEvent):
    """`update_user_info`: profile changed; `method` dynamic_url is a visit through such a link."""

    user_id: str = field(repr=False)
    method: str | None = None


@dataclass(frozen=True, kw_only=True)
class UserWithdrew(ZaloEvent):
    """`user_withdraw`: the citizen asks for deletion of their data; must start our deletion."""

    user_id: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class TagChanged(ZaloEvent):
    """`add_user_to_tag`, `remove_user_from_tag`, `remove_tag` (see `name`)."""

    tag: str
    user_ids: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class WidgetAccepted(ZaloEvent):
    """`widget_interaction_accepted`: the website widget tied our id to a Zalo user."""

    user_id: str = field(repr=False)
    user_external_id: str | None = field(default=None, repr=False)
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class WidgetFailed(ZaloEvent):
    """`widget_failed_to_sync_user_external_id`."""


# Group C: delivery and echo


@dataclass(frozen=True, kw_only=True)
class MessageReceived(ZaloEvent):
    """`user_received_message`: delivered to a phone.

    `by_phone` marks a template message sent to a number: then there is no `user_id`, and `tracking_id` and
    `delivered_at` (aware, UTC) may be set.
    """

    msg_id: str
    by_phone: bool = False
    tracking_id: str | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class MessagesSeen(ZaloEvent):
    """`user_seen_message`: read on a phone; desktop readers produce none."""

    msg_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OaMessage(ZaloEvent):
    """Echo of a message of the account, ours or a staff member's."""

    user_id: str = field(repr=False)
    msg_id: str
    text: str = field(default="", repr=False)
    admin_id: str | None = None

    @property
    def is_by_staff(self) -> bool:
        """Whether a person wrote it in OA Manager."""
        return self.admin_id is not None


@dataclass(frozen=True, kw_only=True)
class OaSentText(OaMessage):
    """`oa_send_text`."""


@dataclass(frozen=True, kw_only=True)
class OaSentImage(OaMessage):
    """`oa_send_image`."""

    attachments: tuple[MediaLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OaSentGif(OaMessage):
    """`oa_send_gif`."""

    attachments: tuple[MediaLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OaSentFile(OaMessage):
    """`oa_send_file`."""

    attachments: tuple[FileLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OaSentSticker(OaMessage):
    """`oa_send_sticker`."""

    attachments: tuple[Sticker, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OaSentList(OaMessage):
    """`oa_send_list`; what is inside is not documented."""


@dataclass(frozen=True, kw_only=True)
class OaSentTemplate(OaMessage):
    """`oa_send_template`; `text` is the template's own."""


@dataclass(frozen=True, kw_only=True)
class ConsentEvent(ZaloEvent):
    """`oa_send_consent`, `user_reply_consent`: consent to be called (see `name`)."""


# Group D: template messages


@dataclass(frozen=True, kw_only=True)
class TemplateRated(ZaloEvent):
    """`user_feedback`: answer to a rating template; has no user id, only the message's."""

    msg_id: str
    tracking_id: str | None = None
    rate: int | None = None
    rating_type: str | None = None
    option: str | None = None
    note: str = field(default="", repr=False)
    feedbacks: tuple[str, ...] = field(default=(), repr=False)
    submitted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TemplateResponseClicked(ZaloEvent):
    """`user_click_response_button`."""

    msg_id: str
    tracking_id: str | None = None
    data: str = field(default="", repr=False)
    submitted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class JourneyEvent(ZaloEvent):
    """`event_journey_time_out`, `event_journey_acknowledged` (see `name`)."""

    msg_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class DailyQuotaChanged(ZaloEvent):
    """`change_oa_daily_quota`; values as Zalo writes them."""

    previous: str | None = None
    new: str | None = None


@dataclass(frozen=True, kw_only=True)
class TemplateChanged(ZaloEvent):
    """`change_template_status`, `…_quality`, `…_quota` (see `name`): from `previous` to `new`."""

    template_id: str | None = None
    previous: str | None = None
    new: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class TemplateTagsChanged(ZaloEvent):
    """`change_oa_template_tags`."""


# Group E: administration, and what we do not know


@dataclass(frozen=True, kw_only=True)
class PermissionRevoked(ZaloEvent):
    """`permission_revoked`: the account cut the link with our app; sending fails until a new consent."""


@dataclass(frozen=True, kw_only=True)
class ExtensionPurchased(ZaloEvent):
    """`extension_purchased`."""


@dataclass(frozen=True, kw_only=True)
class UnknownEvent(ZaloEvent):
    """An event that we do not use (calls, shop, groups) or do not know: 200, counted, ignored."""
