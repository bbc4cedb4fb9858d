"""Register, describe, list, deprecate and delete domains and types, and tag domains."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from py_swf._to_wire import Duration, members, snake_case, wire_name
from py_swf.clients._client import Client
from py_swf.descriptions import (
    ActivityTypeDetail,
    ActivityTypeInfo,
    DomainDetail,
    DomainInfo,
    WorkflowTypeDetail,
    WorkflowTypeInfo,
)
from py_swf.enums import ChildPolicy, RegistrationStatus
from py_swf.errors import RegisteredDefaultsDiffer, RegisteredDefaultsWarning, code_of
from py_swf.types import ActivityType, WorkflowType

if TYPE_CHECKING:
    from mypy_boto3_swf import SWFClient

__all__ = ["RegistrationClient"]

_Type: TypeAlias = WorkflowType | ActivityType


class RegistrationClient(Client):
    """Registers domains, workflow types and activity types.

    Registering is idempotent: what is already registered is left as it is, whatever its settings.
    The settings of a type never change; other settings need another version. If a type is
    registered with other defaults than those given, a
    :class:`~py_swf.errors.RegisteredDefaultsWarning` says which.

    A fault of the service is raised as a :class:`botocore.exceptions.ClientError`. Each method
    lists its own; any of them can raise OperationNotPermittedFault, if the caller lacks permission.
    A value that the service would refuse for its size or spelling raises a :class:`ValueError`, and
    nothing is sent.

    :param boto_client: a boto3 client for "swf".
    :raises TypeError: when it is a config, or an asynchronous client.
    """

    def __init__(self, boto_client: SWFClient) -> None:
        super().__init__(boto_client)

    def register_domain(
        self,
        name: str,
        description: str | None = None,
        retention: Duration | None = 90,
        *,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Register a domain; do nothing if there is one of that name.

        :param name: up to 256 characters without ``:``, ``/``, ``|`` or control characters.
        :param description: up to 1,024 characters.
        :param retention: days for which the history of closed executions is kept, 0 to 90; None
            sends "NONE", which keeps nothing. math.inf is refused: nothing is kept forever.
        :param tags: up to 50 tags, from key to value.
        :raises ClientError: LimitExceededFault when the account already has 100 domains;
            TooManyTagsFault above 50 tags.

        AWS operation: :swf:`RegisterDomain`
        """
        self._register(
            "DomainAlreadyExistsFault",
            "RegisterDomain",
            name=name,
            description=description,
            retention="NONE" if retention is None else retention,
            tags=tags,
        )

    def describe_domain(self, name: str) -> DomainDetail:
        """Describe a domain, registered or deprecated.

        :param name: the domain.
        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`DescribeDomain`
        """
        return DomainDetail.from_wire(self._call("DescribeDomain", name=name))

    def list_domains(
        self,
        registration_status: RegistrationStatus = "REGISTERED",
        *,
        reverse_order: bool | None = None,
        maximum_page_size: int | None = None,
    ) -> Iterator[DomainInfo]:
        """List the domains of the account by name, page by page as they are asked for.

        :param registration_status: "REGISTERED" or "DEPRECATED".
        :param reverse_order: True for descending names; None keeps the service's ascending order.
        :param maximum_page_size: domains per call, up to 1,000, which is the service's default.
        :raises ClientError: OperationNotPermittedFault when the caller lacks permission.

        AWS operation: :swf:`ListDomains`
        """
        return self._list(
            "ListDomains",
            DomainInfo,
            "domainInfos",
            registration_status=registration_status,
            reverse_order=reverse_order,
            maximum_page_size=maximum_page_size,
        )

    def deprecate_domain(self, name: str) -> None:
        """Deprecate a domain and all its types: nothing new starts, open executions continue.

        :param name: the domain.
        :raises ClientError: DomainDeprecatedFault when it is deprecated; UnknownResourceFault
            when there is no such domain.

        AWS operation: :swf:`DeprecateDomain`
        """
        self._call("DeprecateDomain", name=name)

    def undeprecate_domain(self, name: str) -> None:
        """Put a deprecated domain back to use; its types stay deprecated.

        :param name: the domain.
        :raises ClientError: DomainAlreadyExistsFault when it is not deprecated;
            UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`UndeprecateDomain`
        """
        self._call("UndeprecateDomain", name=name)

    def tag_resource(self, resource_arn: str, tags: Mapping[str, str]) -> None:
        """Add tags to a domain; a key that it has gets the new value.

        :param resource_arn: ARN of the domain, as :meth:`describe_domain` shows it.
        :param tags: from key (up to 128 characters) to value (up to 256).
        :raises ClientError: TooManyTagsFault above 50 tags; UnknownResourceFault when there is
            no such domain.

        AWS operation: :swf:`TagResource`
        """
        self._call("TagResource", resource_arn=resource_arn, tags=tags)

    def untag_resource(self, resource_arn: str, tag_keys: Iterable[str]) -> None:
        """Remove tags from a domain; a key that it does not have is ignored.

        :param resource_arn: ARN of the domain.
        :param tag_keys: the keys of the tags.
        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`UntagResource`
        """
        self._call("UntagResource", resource_arn=resource_arn, tag_keys=tag_keys)

    def list_tags_for_resource(self, resource_arn: str) -> dict[str, str]:
        """Return the tags of a domain, from key to value.

        :param resource_arn: ARN of the domain.
        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`ListTagsForResource`
        """
        answer = self._call("ListTagsForResource", resource_arn=resource_arn)
        return {tag["key"]: tag.get("value", "") for tag in answer.get("tags", ())}

    def register_workflow_type(
        self,
        domain: str,
        name: str,
        version: str,
        child_policy: ChildPolicy | None = None,
        execution_start_to_close_timeout: Duration | None = None,
        lambda_role: str | None = None,
        task_list_name: str | None = None,
        task_priority: int | None = None,
        task_start_to_close_timeout: Duration | None = None,
        description: str | None = None,
        *,
        check: bool = False,
    ) -> None:
        """Register a workflow type with its defaults; do nothing if that name and version exists.

        A setting without a default must be given whenever an execution is started.

        :param domain: name of the domain.
        :param name: up to 256 characters without ``:``, ``/``, ``|`` or control characters.
        :param version: up to 64 of the same characters.
        :param child_policy: what happens to the children that are open when an execution closes:
            "TERMINATE", "REQUEST_CANCEL" or "ABANDON".
        :param execution_start_to_close_timeout: longest life of an execution, in seconds, at most a
            year; it cannot be unlimited.
        :param lambda_role: ARN of the role that invokes Lambda functions.
        :param task_list_name: task list for decision tasks.
        :param task_priority: larger numbers are handed out first.
        :param task_start_to_close_timeout: longest time for one decision task, in seconds;
            math.inf for no limit.
        :param description: up to 1,024 characters.
        :param check: True to raise an error, not only to warn, when the type is registered with
            other defaults than those given.
        :raises RegisteredDefaultsDiffer: when it is, and ``check`` is True.
        :raises ClientError: UnknownResourceFault when there is no such domain; LimitExceededFault
            when it already has 10,000 workflow types.

        AWS operation: :swf:`RegisterWorkflowType`
        """
        self._register_type(
            check,
            domain,
            WorkflowType(name, version),
            description,
            child_policy=child_policy,
            execution_start_to_close_timeout=execution_start_to_close_timeout,
            lambda_role=lambda_role,
            task_list_name=task_list_name,
            task_priority=task_priority,
            task_start_to_close_timeout=task_start_to_close_timeout,
        )

    def describe_workflow_type(self, domain: str, name: str, version: str) -> WorkflowTypeDetail:
        """Describe a workflow type, registered or deprecated.

        :param domain: name of the domain.
        :param name: name of the workflow type.
        :param version: version of it.
        :raises ClientError: UnknownResourceFault when there is no such type or domain.

        AWS operation: :swf:`DescribeWorkflowType`
        """
        answer = self._call_on_type("DescribeWorkflowType", domain, WorkflowType(name, version))
        return WorkflowTypeDetail.from_wire(answer)

    def list_workflow_types(
        self,
        domain: str,
        registration_status: RegistrationStatus = "REGISTERED",
        name: str | None = None,
        *,
        reverse_order: bool | None = None,
        maximum_page_size: int | None = None,
    ) -> Iterator[WorkflowTypeInfo]:
        """List the workflow types of a domain by name, page by page as they are asked for.

        :param domain: name of the domain.
        :param registration_status: "REGISTERED" or "DEPRECATED".
        :param name: only the versions of the type of this name; None lists all.
        :param reverse_order: True for descending names; None keeps the service's ascending order.
        :param maximum_page_size: types per call, up to 1,000, which is the service's default.
        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`ListWorkflowTypes`
        """
        return self._list(
            "ListWorkflowTypes",
            WorkflowTypeInfo,
            "typeInfos",
            domain=domain,
            registration_status=registration_status,
            name=name,
            reverse_order=reverse_order,
            maximum_page_size=maximum_page_size,
        )

    def deprecate_workflow_type(self, domain: str, name: str, version: str) -> None:
        """Deprecate a workflow type: it starts nothing new, open executions continue.

        :param domain: name of the domain.
        :param name: name of the workflow type.
        :param version: version of it.
        :raises ClientError: TypeDeprecatedFault when it is deprecated; UnknownResourceFault when
            there is no such type or domain.

        AWS operation: :swf:`DeprecateWorkflowType`
        """
        self._call_on_type("DeprecateWorkflowType", domain, WorkflowType(name, version))

    def undeprecate_workflow_type(self, domain: str, name: str, version: str) -> None:
        """Put a deprecated workflow type back to use.

        :param domain: name of the domain.
        :param name: name of the workflow type.
        :param version: version of it.
        :raises ClientError: TypeAlreadyExistsFault when it is not deprecated; UnknownResourceFault
            when there is no such type or domain.

        AWS operation: :swf:`UndeprecateWorkflowType`
        """
        self._call_on_type("UndeprecateWorkflowType", domain, WorkflowType(name, version))

    def delete_workflow_type(self, domain: str, name: str, version: str) -> None:
        """Delete a deprecated workflow type; its name and version can be registered again.

        :param domain: name of the domain.
        :param name: name of the workflow type.
        :param version: version of it.
        :raises ClientError: TypeNotDeprecatedFault when it is not deprecated; UnknownResourceFault
            when there is no such type or domain.

        AWS operation: :swf:`DeleteWorkflowType`
        """
        self._call_on_type("DeleteWorkflowType", domain, WorkflowType(name, version))

    def register_activity_type(
        self,
        domain: str,
        name: str,
        version: str,
        task_heartbeat_timeout: Duration | None = None,
        task_list_name: str | None = None,
        task_priority: int | None = None,
        task_schedule_to_close_timeout: Duration | None = None,
        task_schedule_to_start_timeout: Duration | None = None,
        task_start_to_close_timeout: Duration | None = None,
        description: str | None = None,
        *,
        check: bool = False,
    ) -> None:
        """Register an activity type with its defaults; do nothing if that name and version exists.

        A setting without a default must be given with every ScheduleActivityTask decision.

        :param domain: name of the domain.
        :param name: up to 256 characters without ``:``, ``/``, ``|`` or control characters.
        :param version: up to 64 of the same characters.
        :param task_heartbeat_timeout: longest silence between heartbeats, in seconds; math.inf for
            no limit, here as below.
        :param task_list_name: task list for its tasks.
        :param task_priority: larger numbers are handed out first.
        :param task_schedule_to_close_timeout: longest time from scheduling to the end, in seconds.
        :param task_schedule_to_start_timeout: longest wait for a worker, in seconds.
        :param task_start_to_close_timeout: longest time from start to end, in seconds.
        :param description: up to 1,024 characters.
        :param check: True to raise an error, not only to warn, when the type is registered with
            other defaults than those given.
        :raises RegisteredDefaultsDiffer: when it is, and ``check`` is True.
        :raises ClientError: UnknownResourceFault when there is no such domain; LimitExceededFault
            when it already has 10,000 activity types.

        AWS operation: :swf:`RegisterActivityType`
        """
        self._register_type(
            check,
            domain,
            ActivityType(name, version),
            description,
            task_heartbeat_timeout=task_heartbeat_timeout,
            task_list_name=task_list_name,
            task_priority=task_priority,
            task_schedule_to_close_timeout=task_schedule_to_close_timeout,
            task_schedule_to_start_timeout=task_schedule_to_start_timeout,
            task_start_to_close_timeout=task_start_to_close_timeout,
        )

    def describe_activity_type(self, domain: str, name: str, version: str) -> ActivityTypeDetail:
        """Describe an activity type, registered or deprecated.

        :param domain: name of the domain.
        :param name: name of the activity type.
        :param version: version of it.
        :raises ClientError: UnknownResourceFault when there is no such type or domain.

        AWS operation: :swf:`DescribeActivityType`
        """
        answer = self._call_on_type("DescribeActivityType", domain, ActivityType(name, version))
        return ActivityTypeDetail.from_wire(answer)

    def list_activity_types(
        self,
        domain: str,
        registration_status: RegistrationStatus = "REGISTERED",
        name: str | None = None,
        *,
        reverse_order: bool | None = None,
        maximum_page_size: int | None = None,
    ) -> Iterator[ActivityTypeInfo]:
        """List the activity types of a domain by name, page by page as they are asked for.

        :param domain: name of the domain.
        :param registration_status: "REGISTERED" or "DEPRECATED".
        :param name: only the versions of the type of this name; None lists all.
        :param reverse_order: True for descending names; None keeps the service's ascending order.
        :param maximum_page_size: types per call, up to 1,000, which is the service's default.
        :raises ClientError: UnknownResourceFault when there is no such domain.

        AWS operation: :swf:`ListActivityTypes`
        """
        return self._list(
            "ListActivityTypes",
            ActivityTypeInfo,
            "typeInfos",
            domain=domain,
            registration_status=registration_status,
            name=name,
            reverse_order=reverse_order,
            maximum_page_size=maximum_page_size,
        )

    def deprecate_activity_type(self, domain: str, name: str, version: str) -> None:
        """Deprecate an activity type: nothing new is scheduled, open tasks continue.

        :param domain: name of the domain.
        :param name: name of the activity type.
        :param version: version of it.
        :raises ClientError: TypeDeprecatedFault when it is deprecated; UnknownResourceFault when
            there is no such type or domain.

        AWS operation: :swf:`DeprecateActivityType`
        """
        self._call_on_type("DeprecateActivityType", domain, ActivityType(name, version))

    def undeprecate_activity_type(self, domain: str, name: str, version: str) -> None:
        """Put a deprecated activity type back to use.

        :param domain: name of the domain.
        :param name: name of the activity type.
        :param version: version of it.
        :raises ClientError: TypeAlreadyExistsFault when it is not deprecated; UnknownResourceFault
            when there is no such type or domain.

        AWS operation: :swf:`UndeprecateActivityType`
        """
        self._call_on_type("UndeprecateActivityType", domain, ActivityType(name, version))

    def delete_activity_type(self, domain: str, name: str, version: str) -> None:
        """Delete a deprecated activity type; its name and version can be registered again.

        :param domain: name of the domain.
        :param name: name of the activity type.
        :param version: version of it.
        :raises ClientError: TypeNotDeprecatedFault when it is not deprecated; UnknownResourceFault
            when there is no such type or domain.

        AWS operation: :swf:`DeleteActivityType`
        """
        self._call_on_type("DeleteActivityType", domain, ActivityType(name, version))

    def _register(self, already_there: str, operation: str, **values: Any) -> bool:
        """Register something; return False when a fault says that it already was."""
        try:
            self._call(operation, **values)
        except ClientError as error:
            if code_of(error) != already_there:
                raise
            return False
        return True

    def _register_type(
        self, check: bool, domain: str, type_: _Type, description: str | None, **defaults: Any
    ) -> None:
        kind = type(type_).__name__
        operation = f"Register{kind}"
        names = {"domain": domain, "name": type_.name, "version": type_.version}
        values = {**names, "description": description, **defaults}
        if self._register("TypeAlreadyExistsFault", operation, **values):
            return
        try:
            answer = self._call_on_type(f"Describe{kind}", domain, type_)
        except (BotoCoreError, ClientError):
            if check:
                raise
            return  # a caller who may register is not always allowed to describe
        differences = _differences(operation, defaults, answer)
        if differences:
            said = (
                f"{snake_case(kind).replace('_', ' ')} {type_.name!r}, version {type_.version!r}, "
                f"is registered in domain {domain!r} with other defaults, which stay: "
                f"{'; '.join(differences)}. Other defaults need another version"
            )
            if check:
                raise RegisteredDefaultsDiffer(said)
            warnings.warn(said, RegisteredDefaultsWarning, stacklevel=3)

    def _call_on_type(self, operation: str, domain: str, type_: _Type) -> Any:
        """Make a call that names one type of a domain."""
        return self._call(operation, domain=domain, **{snake_case(type(type_).__name__): type_})


def _differences(operation: str, defaults: Mapping[str, Any], answer: Any) -> list[str]:
    """Say which defaults a type is registered with that are not those given."""
    if not isinstance(answer, Mapping):
        return []  # a test double that was not told what to answer
    registered = answer["configuration"]
    names = {wire_name(operation, name): name for name in defaults}
    return [
        f"{names[member]} is {_shown(registered.get(member))}, not {_shown(given)}"
        for member, given in members(operation, **defaults).items()
        if given != registered.get(member)
    ]


def _shown(member: Any) -> str:
    """Show a default from the wire as a caller would give it."""
    value = member["name"] if isinstance(member, Mapping) else member
    return "none" if value is None else repr(value)
