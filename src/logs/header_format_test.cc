// SPDX-License-Identifier: Apache-2.0
#include "logs/header_format.h"

#include <gmock/gmock.h>

namespace yk::logs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Fields(std::string_view format, std::string_view line) {
  const auto compiled = HeaderFormat::Compile(format);
  EXPECT_TRUE(compiled) << compiled.error().ToString();
  HeaderFields fields;
  std::vector<std::string> out;
  if (!compiled || !compiled->Match(line, &fields)) return out;
  for (size_t i = 0; i < fields.count(); ++i) out.emplace_back(fields[i]);
  return out;
}

std::string Complaint(std::string_view format) {
  const auto compiled = HeaderFormat::Compile(format);
  return compiled ? "" : compiled.error().ToString();
}

TEST(HeaderFormat, FieldsEndAtWhatFollowsThem) {
  EXPECT_THAT(Fields("<Date> <Time> <Level> <Component>: <Content>", "081109 203615   INFO dfs.Node$X: Received: 1"),
              ElementsAre("081109", "203615", "INFO", "dfs.Node$X", "Received: 1"));
  EXPECT_THAT(Fields(R"(\[<Time>\] \[<Level>\] <Content>)", "[Sun Dec 04 04:47:44 2005] [notice] ready"),
              ElementsAre("Sun Dec 04 04:47:44 2005", "notice", "ready"));
  EXPECT_THAT(Fields(R"(<Time>\|<Component>\|<Content>)", "1:2|Step|a|b"), ElementsAre("1:2", "Step", "a|b"));
}

TEST(HeaderFormat, OptionalPartsMayBeMissing) {
  const std::string_view format = R"(<Component>(\[<PID>\])?: <Content>)";
  EXPECT_THAT(Fields(format, "sshd(pam_unix)[19939]: failure; uid=0"),
              ElementsAre("sshd(pam_unix)", "19939", "failure; uid=0"));
  EXPECT_THAT(Fields(format, "kernel: usb [3]: attached"), ElementsAre("kernel", "", "usb [3]: attached"));
}

TEST(HeaderFormat, LinesThatBeginOtherwiseDoNotMatch) {
  EXPECT_THAT(Fields(R"(\[<Time>\] <Content>)", "12:30 no brackets"), ElementsAre());
  EXPECT_THAT(Fields("<Level>: <Content>", "no colon here"), ElementsAre());
  EXPECT_THAT(Fields("<Level>: <Content>", ""), ElementsAre());
}

TEST(HeaderFormat, MistakesAreNamed) {
  EXPECT_THAT(Complaint("<Date> <Time>: "), HasSubstr("must end with the field of the content"));
  EXPECT_THAT(Complaint("<Date><Content>"), HasSubstr("nothing between <Date> and <Content>"));
  EXPECT_THAT(Complaint("(<Pid>) <Content>"), HasSubstr("not optional"));
  EXPECT_THAT(Complaint("(<Pid> <Content>"), HasSubstr("without ')?'"));
}

TEST(HeaderFormat, NamesTellWhatAFieldIs) {
  EXPECT_EQ(RoleOf("Severity"), FieldRole::kLevel);
  EXPECT_EQ(RoleOf("Component"), FieldRole::kComponent);
  EXPECT_EQ(RoleOf("Date"), FieldRole::kTime);
  EXPECT_EQ(RoleOf("ADDR"), FieldRole::kOther);
}

}  // namespace
}  // namespace yk::logs
