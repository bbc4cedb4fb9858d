// Runs one workflow through the AWS SDK for JavaScript and prints what it saw, as JSON.
// Endpoint, region and credentials come from the environment, as for any user of the SDK.
import { SWF } from "@aws-sdk/client-swf";

const swf = new SWF({});
const domain = "d";
const taskList = { name: "javascript" };
const workflowType = { name: "greet", version: "js" };
const activityType = { name: "say", version: "js" };

async function decide(decisionType, member, attributes) {
  const { taskToken } = await swf.pollForDecisionTask({ domain, taskList });
  const decisions = [{ decisionType, [member]: attributes }];
  await swf.respondDecisionTaskCompleted({ taskToken, decisions });
}

async function faultOf(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return { name: error.name, message: error.message };
  }
}

await swf.registerWorkflowType({
  domain,
  ...workflowType,
  defaultTaskList: taskList,
  defaultChildPolicy: "TERMINATE",
  defaultExecutionStartToCloseTimeout: "3600",
  defaultTaskStartToCloseTimeout: "60",
});
await swf.registerActivityType({
  domain,
  ...activityType,
  defaultTaskList: taskList,
  defaultTaskHeartbeatTimeout: "NONE",
  defaultTaskScheduleToStartTimeout: "60",
  defaultTaskScheduleToCloseTimeout: "60",
  defaultTaskStartToCloseTimeout: "60",
});

const { runId } = await swf.startWorkflowExecution({ domain, workflowId: "js", workflowType });
await decide("ScheduleActivityTask", "scheduleActivityTaskDecisionAttributes", {
  activityId: "a",
  activityType,
  input: "wörld ✓",
});
const work = await swf.pollForActivityTask({ domain, taskList });
await swf.recordActivityTaskHeartbeat({ taskToken: work.taskToken, details: "half" });
await swf.respondActivityTaskCompleted({
  taskToken: work.taskToken,
  result: `hello ${work.input}`,
});
await decide("CompleteWorkflowExecution", "completeWorkflowExecutionDecisionAttributes", {});
const execution = { workflowId: "js", runId };
const { events } = await swf.getWorkflowExecutionHistory({ domain, execution });

const held = swf.pollForDecisionTask({ domain, taskList: { name: "held" } });
await new Promise((resolve) => setTimeout(resolve, 200));
await swf.startWorkflowExecution({
  domain,
  workflowId: "held",
  workflowType,
  taskList: { name: "held" },
});

console.log(
  JSON.stringify({
    events: events.map((event) => event.eventType),
    result: events[6].activityTaskCompletedEventAttributes.result,
    secondsAgo: (Date.now() - events[0].eventTimestamp.getTime()) / 1000,
    fault: await faultOf(swf.describeDomain({ name: "nowhere" })),
    heldPoll: (await held).workflowExecution.workflowId,
  }),
);
swf.destroy();
