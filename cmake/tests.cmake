# tests/NOUN.c is one executable, linked with the static library so that it reaches internals too.
# A line `/* labels: long privileged */` in the file sets its ctest labels; without one it is `quick`.
# Quick files that start threads or coroutines also get `concurrent`: `make stress` repeats those.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(CHECK QUIET IMPORTED_TARGET check>=0.15)
endif()
if(NOT CHECK_FOUND)
    message(WARNING "Check >= 0.15 or pkg-config is missing: the tests are left out (`make setup` installs both)")
    return()
endif()

add_library(tutti_test STATIC ${PROJECT_SOURCE_DIR}/tests/support/runner.c)
tutti_c(tutti_test)
target_link_libraries(tutti_test PUBLIC PkgConfig::CHECK)
target_include_directories(tutti_test PUBLIC ${PROJECT_SOURCE_DIR}/tests)

if(TUTTI_SANITIZE MATCHES "thread")
    set(patience 6)
elseif(TUTTI_SANITIZE)
    set(patience 3)
else()
    set(patience 1)
endif()

set(starts_strands "TEST_STRANDS|pthread_create|tt_thread_|tt_timer_|tt_pool|tt_submit|tt_go|strand/|worker/")

function(tutti_labels file result)
    file(STRINGS ${file} marker REGEX "labels: [a-z ]+" LIMIT_COUNT 1)
    if(marker MATCHES "labels: ([a-z ]*[a-z])")
        string(REPLACE " " ";" labels "${CMAKE_MATCH_1}")
    else()
        set(labels quick)
    endif()
    file(STRINGS ${file} strands REGEX "${starts_strands}" LIMIT_COUNT 1)
    if(strands AND NOT "long" IN_LIST labels)
        list(APPEND labels concurrent)
    endif()
    set(${result} "${labels}" PARENT_SCOPE)
endfunction()

math(EXPR time_limit "300 * (1 + ${patience} / 3)")       # seconds for one program: 300, with sanitizers 600 or 900

function(tutti_add_test name labels)
    set_tests_properties(${name} PROPERTIES
        LABELS "${labels}" TIMEOUT ${time_limit} SKIP_RETURN_CODE 77
        ENVIRONMENT "TEST_TIMEOUT=${patience}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN})     # labels are read at configure time
endfunction()

file(GLOB test_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/*.c ${PROJECT_SOURCE_DIR}/tests/*.cc)
foreach(file ${test_files})
    get_filename_component(noun ${file} NAME_WE)
    get_filename_component(ext ${file} EXT)
    if(ext STREQUAL ".cc" AND NOT CMAKE_CXX_COMPILER)
        message(WARNING "no C++ compiler: tests/${noun}.cc is left out")
        continue()
    endif()
    add_executable(test-${noun} ${file})
    tutti_c(test-${noun})
    set_target_properties(test-${noun} PROPERTIES
        OUTPUT_NAME ${noun} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests
        CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS ON)
    target_include_directories(test-${noun} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(test-${noun} PRIVATE tutti_test tutti::tutti_static m)
    tutti_labels(${file} labels)
    add_test(NAME ${noun} COMMAND test-${noun})
    tutti_add_test(${noun} "${labels}" ${file})
endforeach()

# One of its tests has a frame that would jump a stack's guard.
set_property(SOURCE ${PROJECT_SOURCE_DIR}/tests/stack.c APPEND PROPERTY COMPILE_OPTIONS -fstack-clash-protection)

# tests/check_NOUN.sh and .py look at the sources and the built library from outside.
file(GLOB check_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/check_*.sh ${PROJECT_SOURCE_DIR}/tests/check_*.py)
foreach(file ${check_files})
    get_filename_component(noun ${file} NAME_WE)
    tutti_labels(${file} labels)
    list(REMOVE_ITEM labels concurrent)
    add_test(NAME ${noun} COMMAND ${file} ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}
        WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    tutti_add_test(${noun} "${labels}" ${file})
    set_property(TEST ${noun} APPEND PROPERTY ENVIRONMENT
        "CC=${CMAKE_C_COMPILER};CXX=${CMAKE_CXX_COMPILER};SANITIZE=${TUTTI_SANITIZE}")
endforeach()
