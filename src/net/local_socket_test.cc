// SPDX-License-Identifier: Apache-2.0
#include "net/local_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "testing/temp_dir.h"

namespace yk::net {
namespace {

using ::testing::HasSubstr;

Json Echo(const Json& request) { return Json{{"got", request}}; }

Fd RawConnect(const std::filesystem::path& path) {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  return fd;
}

std::string ReadLine(int fd) {
  std::string line;
  char c = 0;
  while (::recv(fd, &c, 1, 0) == 1 && c != '\n') line.push_back(c);
  return line;
}

TEST(LocalServer, AnswersARequestWithOneLine) {
  const testing::TempDir dir;
  auto server = LocalServer::Start(dir / "s.sock", Echo);
  ASSERT_TRUE(server) << server.error().ToString();
  const auto answer = LocalCall(dir / "s.sock", Json{{"command", "pause"}, {"job", "日本\n"}});
  ASSERT_TRUE(answer) << answer.error().ToString();
  EXPECT_EQ((*answer)["got"]["job"], "日本\n");
}

TEST(LocalServer, IsOpenToItsOwnerOnly) {
  const testing::TempDir dir;
  auto server = LocalServer::Start(dir / "s.sock", Echo);
  ASSERT_TRUE(server);
  struct stat status {};
  ASSERT_EQ(::stat((dir / "s.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(LocalServer, RemovesItsFileAndReplacesAStaleOne) {
  const testing::TempDir dir;
  const auto path = dir / "s.sock";
  { ASSERT_TRUE(LocalServer::Start(path, Echo)); }
  EXPECT_FALSE(std::filesystem::exists(path));
  {
    // As a killed process leaves it: bound, and nobody behind it.
    Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  EXPECT_EQ(LocalCall(path, Json::object()).error().code, Code::kUnavailable);
  auto server = LocalServer::Start(path, Echo);
  ASSERT_TRUE(server) << server.error().ToString();
  EXPECT_TRUE(LocalCall(path, Json::object()));
}

TEST(LocalServer, RefusesAPathInUseAndAFileInTheWay) {
  const testing::TempDir dir;
  auto first = LocalServer::Start(dir / "s.sock", Echo);
  ASSERT_TRUE(first);
  const auto second = LocalServer::Start(dir / "s.sock", Echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kConflict);
  EXPECT_TRUE(LocalCall(dir / "s.sock", Json::object())) << "the first one goes on";
  const auto file = dir.Write("plain", "precious");
  const auto third = LocalServer::Start(file, Echo);
  ASSERT_FALSE(third);
  EXPECT_THAT(third.error().message, HasSubstr("not a socket"));
  EXPECT_EQ(*ReadFile(file), "precious");
}

TEST(LocalServer, RefusesAPathLongerThanTheSystemAllows) {
  const testing::TempDir dir;
  const auto server = LocalServer::Start(dir / std::string(200, 'x'), Echo);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, Code::kInvalid);
}

TEST(LocalServer, AnswersManyCallersAndLargeMessages) {
  const testing::TempDir dir;
  auto server = LocalServer::Start(dir / "s.sock", Echo);
  ASSERT_TRUE(server);
  std::vector<std::thread> callers;
  std::atomic<int> good{0};
  for (int i = 0; i < 100; ++i) {
    callers.emplace_back([&, i] {
      const std::string text(static_cast<size_t>(i) * 5000, 'a');
      const auto answer = LocalCall(dir / "s.sock", Json{{"n", i}, {"text", text}}, std::chrono::seconds(60));
      if (answer && (*answer)["got"]["n"] == i && (*answer)["got"]["text"] == text) ++good;
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(good, 100);
}

TEST(LocalServer, AnswersEveryLineOfOneConnectionAndSurvivesNonsense) {
  const testing::TempDir dir;
  auto server = LocalServer::Start(dir / "s.sock", Echo);
  ASSERT_TRUE(server);
  const Fd fd = RawConnect(dir / "s.sock");
  const std::string lines = "{\"a\":1}\nnonsense\n[2]\n";
  ASSERT_EQ(::send(fd.get(), lines.data(), lines.size(), 0), static_cast<ssize_t>(lines.size()));
  EXPECT_EQ(ReadLine(fd.get()), R"({"got":{"a":1}})");
  EXPECT_THAT(ReadLine(fd.get()), HasSubstr("not JSON"));
  EXPECT_EQ(ReadLine(fd.get()), R"({"got":[2]})");
}

TEST(LocalServer, AnswersWhileAnotherCallerSaysNothing) {
  const testing::TempDir dir;
  auto server = LocalServer::Start(dir / "s.sock", Echo);
  ASSERT_TRUE(server);
  const Fd silent = RawConnect(dir / "s.sock");
  EXPECT_TRUE(LocalCall(dir / "s.sock", Json{1}));
}

TEST(LocalServer, TurnsAHandlersExceptionIntoAnAnswer) {
  const testing::TempDir dir;
  auto server = LocalServer::Start(dir / "s.sock", [](const Json& r) { return Json(r.at("missing")); });
  ASSERT_TRUE(server);
  const auto answer = LocalCall(dir / "s.sock", Json::object());
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->contains("error"));
}

TEST(LocalCall, SaysWhoIsMissing) {
  const testing::TempDir dir;
  const auto answer = LocalCall(dir / "none.sock", Json::object());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kNotFound);
}

TEST(LocalCall, GivesUpOnAServerThatDoesNotAnswer) {
  const testing::TempDir dir;
  Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (dir / "s.sock").c_str(), sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(fd.get(), 5), 0);
  const auto answer = LocalCall(dir / "s.sock", Json::object(), std::chrono::milliseconds(50));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kTimeout);
}

}  // namespace
}  // namespace yk::net
